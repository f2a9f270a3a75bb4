"""Workbooks as counties send them."""

from .cells import cell_text
from .delivery import excel_delivery
from .reading import Book, Sheet, is_old_workbook, is_workbook, read_book, scan_book

__all__ = [
    "Book",
    "Sheet",
    "cell_text",
    "excel_delivery",
    "is_old_workbook",
    "is_workbook",
    "read_book",
    "scan_book",
]
