from yitang.ground.base.errors import DomainError


class TableMissing(DomainError):
    code = "lake.table_missing"
    message = "Nothing has been gathered for {dataset} yet. Hand in a first batch."
    http_status = 404


class TableNameInvalid(DomainError):
    code = "lake.table_name_invalid"
    message = (
        "{dataset} cannot name a table: use small letters, digits, hyphens and underscores only."
    )
    http_status = 422


class VersionMissing(DomainError):
    code = "lake.version_missing"
    message = "{dataset} has no version {version}; the latest is {latest}."
    http_status = 404


class ColumnsDiffer(DomainError):
    """A batch has other columns than the table it should join."""

    code = "lake.columns_differ"
    message = "The columns of batch {batch} differ from those kept for {dataset}: {problem}."
    http_status = 409


class StorageFull(DomainError):
    code = "lake.storage_full"
    message = (
        "The disk of the lake is full, so nothing of batch {batch} was kept. "
        "Make room and hand it in again: what was there before is untouched."
    )
    http_status = 507


class EngineUnknown(DomainError):
    code = "lake.engine_unknown"
    message = "There is no engine {engine}; there are {engines}."
    http_status = 422


class EngineMissing(DomainError):
    code = "lake.engine_missing"
    message = (
        "Apache Spark cannot run here: {problem}. Install Java 17 and the extra spark, "
        "or set YITANG_ENGINE=duckdb."
    )
    http_status = 503


class TableBusy(DomainError):
    code = "lake.table_busy"
    message = (
        "Something else is being written to {dataset}, so nothing was changed. "
        "Wait until it is done and try again."
    )
    http_status = 409


class KeysUnfit(DomainError):
    """Changes are found by their keys, so each row of a batch needs one of its own."""

    code = "lake.keys_unfit"
    message = (
        "The rows of batch {batch} cannot be told apart by {keys}: {problem}. "
        "Name the columns that make a row unique, or have the source mended."
    )
    http_status = 422


class DaysTooFew(DomainError):
    code = "lake.days_too_few"
    message = (
        "Versions cannot be let go after {days} days: a load may be under way. Keep them for 1 "
        "day at least."
    )
    http_status = 422
