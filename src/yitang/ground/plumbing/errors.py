from yitang.ground.base.errors import DomainError


class SecretUnreadable(DomainError):
    code = "plumbing.secret_unreadable"
    message = (
        "The encrypted value of {field} cannot be read: it was altered, or the key is another."
    )
    http_status = 500


class JobUnknown(DomainError):
    code = "plumbing.job_unknown"
    message = "No job is registered under the name {name}."
    http_status = 500


class ReplayDiffers(DomainError):
    """The same ``Idempotency-Key`` came again with another content."""

    code = "plumbing.replay_differs"
    message = "This was already sent with other content. Open the page again and send it once."
    http_status = 409


class CursorInvalid(DomainError):
    code = "plumbing.cursor_invalid"
    message = "The page mark is damaged. Start again from the first page."
    http_status = 400


class SignatureInvalid(DomainError):
    code = "plumbing.signature_invalid"
    message = "The signature does not fit: the content was changed, or another key signed it."
    http_status = 400


class DiskFull(DomainError):
    code = "plumbing.disk_full"
    message = (
        "There is no space left on the disk. Free some and do it again: "
        "what was accepted before is kept."
    )
    http_status = 507


class TablesMissing(DomainError):
    code = "plumbing.tables_missing"
    message = (
        "The database lacks tables or columns of this release ({problem}). "
        "Make them with: yitang migrate."
    )
    http_status = 503
