"""What a reader of files understood, in words."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext_noop

UNDERSTOOD = {
    "encoding": gettext_noop("Encoding"),
    "delimiter": gettext_noop("Values divided by"),
    "header_row": gettext_noop("Column names in row"),
    "sheets": gettext_noop("Sheets"),
    "left_out": gettext_noop("Sheets left out"),
    "footer_rows": gettext_noop("Closing rows passed over"),
    "table": gettext_noop("Table"),
    "tables_left_out": gettext_noop("Tables left out"),
    "rows_left_out": gettext_noop("Rows that were not sent back, left out"),
    "rows_replaced": gettext_noop("Rows replaced by later ones of the same key"),
    "pages": gettext_noop("Pages"),
    "total_rows": gettext_noop("Rows with totals passed over"),
    "group_rows": gettext_noop("Headings within the data, carried into a column of their own"),
    "groups_differ": gettext_noop("Headings that promise another number of rows"),
    "repeated_headers": gettext_noop("Column names repeated within the data"),
    "merged_cells": gettext_noop("Cells filled from merged ones above"),
    "hidden_rows": gettext_noop("Hidden rows, taken too"),
    "hidden_columns": gettext_noop("Hidden columns, taken too"),
    "hidden_sheets": gettext_noop("Hidden sheets, taken too"),
    "serial_dates": gettext_noop("Days written as bare numbers in"),
    "files": gettext_noop("Files"),
    "files_left_out": gettext_noop("Files left out"),
    "computed_columns": gettext_noop("Computed columns left out"),
    "layout": gettext_noop("Records stand as"),
    "records_in": gettext_noop("Records taken out of the lists"),
    "rows": gettext_noop("Rows in the file"),
    "code_words": gettext_noop("Words taken for their code"),
}
LAYOUT_WORDS = (gettext_noop("array"), gettext_noop("record a line"), gettext_noop("by key"))
DELIMITER_WORDS = (
    gettext_noop("comma"),
    gettext_noop("tab"),
    gettext_noop("semicolon"),
    gettext_noop("bar"),
)
WORDS = frozenset({*DELIMITER_WORDS, *LAYOUT_WORDS})
RULE_WORDS: Mapping[str, str] = {
    "range": gettext_noop("lies within a range"),
    "pattern": gettext_noop("has a form"),
    "order": gettext_noop("the first does not come after the second"),
    "if_then": gettext_noop("with the first, the second is needed"),
    "one_of": gettext_noop("exactly one is given"),
    "unique": gettext_noop("stand together once only"),
    "reference": gettext_noop("stands in another dataset"),
}
SEVERITY_WORDS: Mapping[str, str] = {
    "reject": gettext_noop("send the row back"),
    "warn": gettext_noop("take the row, and warn"),
}
SUGGESTION_WORDS: Mapping[str, str] = {
    "required": gettext_noop("required"),
    "unique": gettext_noop("unique"),
    "codes": gettext_noop("one of a list"),
    "value_rule": gettext_noop("a number with a check"),
    "range": gettext_noop("lies within a range"),
    "pattern": gettext_noop("has a form"),
}
KIND_WORDS: Mapping[str, str] = {
    "database": gettext_noop("a table of a database"),
    "http_json": gettext_noop("an address that answers in JSON"),
    "file": gettext_noop("a file on this machine"),
    "folder": gettext_noop("a watched folder on this machine"),
    "csv": gettext_noop("a file on this machine"),
    "excel": gettext_noop("a file on this machine"),
    "sqlite": gettext_noop("a file on this machine"),
}
MODE_WORDS: Mapping[str, str] = {
    "whole": gettext_noop("whole each time"),
    "key": gettext_noop("whole, compared by key: new, changed and gone rows"),
    "cursor": gettext_noop("only rows in which a column has grown"),
}
STYLE_WORDS: Mapping[str, str] = {
    "link": gettext_noop("the answer names the next address, or there is one page"),
    "page": gettext_noop("by the number of the page"),
    "offset": gettext_noop("by the number of rows before"),
    "cursor": gettext_noop("by a mark from the answer"),
    "single": gettext_noop("not at all"),
}
FETCH_WORDS: Mapping[str, str] = {
    "taken": gettext_noop("fetched"),
    "failed": gettext_noop("failed"),
    "stopped": gettext_noop("stopped, to be decided"),
}
