from yitang.ground.base.errors import DomainError, NotFound


class FileUnreadable(DomainError):
    code = "collection.file_unreadable"
    message = "{file} cannot be read: {problem}. Save it again and hand it in once more."
    http_status = 422


class ArchiveRefused(DomainError):
    """A file that would unpack to too much, or whose parts cannot be trusted."""

    code = "collection.archive_refused"
    message = (
        "{file} was not opened: {problem}. Hand in the tables themselves, as CSV if they are large."
    )
    http_status = 422


class TooManyCells(DomainError):
    code = "collection.too_many_cells"
    message = (
        "{file} spreads over {cells} cells ({where}); at most {limit} are read. Remove what "
        "stands far from the table, or hand it in as CSV."
    )
    http_status = 422


class EncodingUnknown(DomainError):
    code = "collection.encoding_unknown"
    message = (
        "The characters of {file} are neither UTF-8 nor GBK (GB18030). "
        "Save it as “CSV UTF-8” and hand it in again."
    )
    http_status = 422


class LineTooLong(DomainError):
    code = "collection.line_too_long"
    message = (
        "Line {line} of {file} is longer than {limit} MB, so it is no row of a table. "
        "Export the table again with one row to a line."
    )
    http_status = 422


class HeaderMissing(DomainError):
    code = "collection.header_missing"
    message = "{file} has no row with column names. Put one above the data and hand it in again."
    http_status = 422


class ColumnsMissing(DomainError):
    code = "collection.columns_missing"
    message = (
        "{file} lacks {missing}, which {dataset} needs. Found were: {found}. "
        "Nothing was taken; add the columns and hand the file in again."
    )
    http_status = 422


class ColumnsDrifted(DomainError):
    """A delivery no longer looks like those before it; its department decides."""

    code = "collection.columns_drifted"
    message = (
        "{file} is not like earlier batches of {dataset}: {what}. Nothing was taken. "
        "The data officer of {office} decides in case {case}."
    )
    http_status = 409


class DriftUnknown(NotFound):
    code = "collection.drift_unknown"
    message = "There is no column {id} to decide about that you can see. Reload the list."


class DriftDecided(DomainError):
    code = "collection.drift_decided"
    message = "About {column} nothing is to be decided any more, or not by “{verb}”. Reload."
    http_status = 409


class LostColumnCannotBeTaken(DomainError):
    code = "collection.lost_column_cannot_be_taken"
    message = (
        "{labels} is nowhere in the file, so batches cannot be taken without it. Have the file "
        "mended, or take the item out of the catalogue entry first."
    )
    http_status = 409


class ColumnTwice(DomainError):
    code = "collection.column_twice"
    message = "{file} has two columns for {label}: {columns}. Remove one and hand it in again."
    http_status = 422


class DigitsLost(DomainError):
    """Most values of a column are beyond mending: no row of it is worth the looking."""

    code = "collection.digits_lost"
    message = (
        "In {file}, {rows} values of the column {columns} have lost their last digits: they were "
        "stored as numbers, of which a workbook keeps 15 digits. Nothing was taken; format the "
        "column as text, fill it in anew from the source and hand the file in again."
    )
    http_status = 422


class ValuesUnfit(DomainError):
    """Rows that stay until they come right, in a table whose items have other types by now."""

    code = "collection.values_unfit"
    message = (
        "In rows of {dataset} that stay until the ones sent back come right, {values} values of "
        "{label} do not fit the type it has now, such as “{example}”. Nothing was taken; mend the "
        "rejected rows first, or give the item its former type again."
    )
    http_status = 409


class FewerRows(DomainError):
    """A whole delivery after which most of the table would be gone; whoever means it says so."""

    code = "collection.fewer_rows"
    message = (
        "{dataset} has {before} rows and {file} brings {rows} in place of all of them, so nothing "
        "was taken. If that is meant, say so (the tick on the page, `--fewer` in the command, "
        "`fewer` over JSON) and hand the file in again."
    )
    http_status = 422


class FileBelongsNowhere(DomainError):
    """A file of a folder that tells by nothing which dataset it is of."""

    code = "collection.file_belongs_nowhere"
    message = (
        "{file} was not taken: neither its name nor its columns say which entry it belongs to; "
        "{problem}. Put the entry's code into its name, or hand it in by itself with --dataset."
    )
    http_status = 422


class DatasetUnclear(DomainError):
    code = "collection.dataset_unclear"
    message = (
        "{file} was not taken: it has the columns of {datasets} alike. Put the code of one into "
        "its name, or hand it in by itself with --dataset."
    )
    http_status = 422


class FileMisnamed(DomainError):
    code = "collection.file_misnamed"
    message = (
        "{file} was not taken: its name says {dataset}, but its columns are those of {others}. "
        "Rename it, or hand it in by itself with --dataset."
    )
    http_status = 422


class FilesReplaceEachOther(DomainError):
    code = "collection.files_replace_each_other"
    message = (
        "{file} was not taken: {others} too is a whole table of {dataset}, and each would take "
        "the other's place. Leave one of them in the folder, or pack the parts into one ZIP."
    )
    http_status = 422


class FileLeftOut(DomainError):
    code = "collection.file_left_out"
    message = "{file} was left out: {problem}. Put the file itself into the folder."
    http_status = 422


class NothingDelivered(DomainError):
    code = "collection.nothing_delivered"
    message = "{file} has column names but no rows under them, so nothing was changed."
    http_status = 422


class SourceUnreachable(DomainError):
    """``problem`` is a sentence of ours; the other side's own words stand in ``detail`` alone."""

    code = "collection.source_unreachable"
    message = (
        "{source} did not answer properly after {attempts} attempts: {problem}. "
        "Nothing of this batch was taken; it can be gathered again later."
    )
    http_status = 502
    detail = ""  # what the driver or the server said, for whoever mends it


class AddressInvalid(DomainError):
    code = "collection.address_invalid"
    message = (
        "{location} is no address of a source. Write it as "
        "postgresql://user@host:port/database or https://host/path."
    )
    http_status = 422


class AddressRefused(DomainError):
    """This machine would reach what the person who typed the address may not."""

    code = "collection.address_refused"
    message = (
        "{host} ({address}) lies on this machine or in a closed network, so it is not asked. "
        "The operator can allow the network with YITANG_SOURCE_NETWORKS."
    )
    http_status = 422


class DriverMissing(DomainError):
    code = "collection.driver_missing"
    message = (
        "To read this source the driver {kind} is needed, which is not installed here. "
        "The operator installs it beside Yitang; nothing else has to change."
    )
    http_status = 501


class ColumnUnknown(DomainError):
    code = "collection.column_unknown"
    message = "{file} has no column {column}. It has: {columns}."
    http_status = 422


class TableUnknown(DomainError):
    code = "collection.table_unknown"
    message = "{file} has no table {table}. It has: {tables}."
    http_status = 422


class BatchDiffers(DomainError):
    """The supplier used one of its batch numbers for other content."""

    code = "collection.batch_differs"
    message = (
        "Batch {number} of {dataset} was handed in before with other content. "
        "Give the changed batch a number of its own."
    )
    http_status = 409


class BatchUnknown(NotFound):
    code = "collection.batch_unknown"
    message = "There is no batch {number} that you can see."


class BatchReplaced(DomainError):
    """Mended rows of a batch that another one replaced since."""

    code = "collection.batch_replaced"
    message = (
        "Batch {number}, whose rows these are, was replaced by batch {newer} since. Take the rows "
        "to be mended out of that one."
    )
    http_status = 409


class UploadUnknown(NotFound):
    code = "collection.upload_unknown"
    message = "This upload is not kept any more. Hand the file in again."


class UploadTooLarge(DomainError):
    code = "collection.upload_too_large"
    message = (
        "{file} has {size} MB; at most {limit} MB are taken here. "
        "Use `yitang gather` for larger files."
    )
    http_status = 413


class DatasetNotReady(DomainError):
    code = "collection.dataset_not_ready"
    message = "{code} cannot take data: {problem}."
    http_status = 409


class ComparisonImpossible(DomainError):
    code = "collection.comparison_impossible"
    message = "A file of {dataset} cannot be compared by key: {problem}."
    http_status = 409


class NothingToCompare(DomainError):
    code = "collection.nothing_to_compare"
    message = "{code} was handed in only once so far, so there is nothing to compare it with."
    http_status = 409


class SourceIncomplete(DomainError):
    code = "collection.source_incomplete"
    message = "This source cannot be fetched so: {problem}."
    http_status = 422


class SourceUnknown(NotFound):
    code = "collection.source_unknown"
    message = "No source of {dataset} is registered that you may see. Register one first."


class SourcesFileInvalid(DomainError):
    code = "collection.sources_file_invalid"
    message = "The list of sources {file} cannot be read: {problem}."
    http_status = 422


class OverlapUnknown(DomainError):
    code = "collection.overlap_unknown"
    message = "There is no overlap {id} that you may see. Look at the list of overlaps again."
    http_status = 404


class OverlapDecided(DomainError):
    code = "collection.overlap_decided"
    message = "An overlap that is {state} cannot be decided as {verb}. Reload the page."
    http_status = 409


class SourceNotInOverlap(DomainError):
    code = "collection.source_not_in_overlap"
    message = "{source} is none of the datasets that hold the same here: {datasets}."
    http_status = 422


class QualityRuleInvalid(DomainError):
    code = "collection.quality_rule_invalid"
    message = "The rule {name} cannot be kept: {problem}."
    http_status = 422


class RulesFileInvalid(DomainError):
    code = "collection.rules_file_invalid"
    message = "The rules in {file} cannot be read: {problem}."
    http_status = 422


class RulesChanged(DomainError):
    code = "collection.rules_changed"
    message = (
        "The rules of {dataset} were changed meanwhile (version {version}). Look at them and "
        "change them again."
    )
    http_status = 409


class NothingToSuggestFrom(DomainError):
    code = "collection.nothing_to_suggest_from"
    message = "Nothing of {dataset} was gathered yet. Hand in a first batch, then look again."
    http_status = 409
