from yitang.ground.base.errors import DomainError, NotFound


class BaseUnknown(NotFound):
    code = "fusion.base_unknown"
    message = "There is no foundation database {base}; there are {known}."


class NothingToFuse(DomainError):
    code = "fusion.nothing_to_fuse"
    message = (
        "No gathered dataset has the {role} that {base} is fused by. "
        "Gather one whose catalogue entry names that role, then fuse again."
    )
    http_status = 409


class NotFusedYet(DomainError):
    code = "fusion.not_fused_yet"
    message = "{base} has not been fused yet. Run `yitang fuse` first."
    http_status = 404


class PersonUnknown(NotFound):
    code = "fusion.person_unknown"
    message = "The population base has nobody like that within your division."


class PurposeMissing(DomainError):
    code = "fusion.purpose_missing"
    message = "Say what you need the record for, in a few words: it is written into the ledger."
    http_status = 422


class TruthUnreadable(DomainError):
    code = "fusion.truth_unreadable"
    message = "{file} is no list of true identities: {problem}."
    http_status = 422


class SpecificationInvalid(DomainError):
    code = "fusion.specification_invalid"
    message = "{file} does not say what is to be fused: {problem}."
    http_status = 422


class SourceColumnMissing(DomainError):
    code = "fusion.source_column_missing"
    message = (
        "{file} has no column {column}; it has {columns}. "
        "Name the right one under [sources.columns] of the specification."
    )
    http_status = 422


class NothingLinked(DomainError):
    code = "fusion.nothing_linked"
    message = "The sources of {specification} hold no records."
    http_status = 422
