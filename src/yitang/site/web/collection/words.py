"""What a reader of files understood, in words."""

from __future__ import annotations

from django.utils.translation import gettext_noop

UNDERSTOOD = {
    "encoding": gettext_noop("Encoding"),
    "delimiter": gettext_noop("Values divided by"),
    "header_row": gettext_noop("Column names in row"),
    "sheets": gettext_noop("Sheets"),
    "left_out": gettext_noop("Sheets left out"),
    "footer_rows": gettext_noop("Closing rows passed over"),
    "table": gettext_noop("Table"),
    "pages": gettext_noop("Pages"),
}
DELIMITER_WORDS = (
    gettext_noop("comma"),
    gettext_noop("tab"),
    gettext_noop("semicolon"),
    gettext_noop("bar"),
)
