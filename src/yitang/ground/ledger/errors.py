from yitang.ground.base.errors import DomainError


class LedgerFull(DomainError):
    """The disk that holds the segments has no space left."""

    code = "ledger.full"
    message = (
        "The ledger cannot be written: no space is left in {folder}. "
        "Free some space and try again; nothing that was accepted is lost."
    )
    http_status = 507


class LedgerUnwritable(DomainError):
    code = "ledger.unwritable"
    message = "The ledger in {folder} cannot be written: {problem}. Nothing accepted is lost."
    http_status = 503


class AnchorsRefused(DomainError):
    """Another node's anchors do not continue the history it showed before."""

    code = "ledger.anchors_refused"
    message = "The anchors of {node} are refused at number {number}: {problem}."
    http_status = 422


class DemoOnly(DomainError):
    code = "ledger.demo_only"
    message = "The ledger can be altered on purpose only in the demonstration (YITANG_DEMO=1)."
    http_status = 403
