"""Ways in: each yields a delivery, whose chunks are text columns under delivered names."""

from .arrow import arrow_delivery
from .delivery import BrokenRow, CellMark, Chunk, Delivery
from .excel import excel_delivery, is_workbook
from .files import file_delivery
from .http_json import http_delivery
from .sqlite import sqlite_delivery

__all__ = [
    "BrokenRow",
    "CellMark",
    "Chunk",
    "Delivery",
    "arrow_delivery",
    "excel_delivery",
    "file_delivery",
    "http_delivery",
    "is_workbook",
    "sqlite_delivery",
]
