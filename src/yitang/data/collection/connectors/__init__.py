"""Ways in: each yields a delivery, whose chunks are text columns under delivered names."""

from .arrow import arrow_delivery
from .databases import Window, checked_location, database_delivery, latest_value, shown_location
from .delivery import BrokenRow, CellMark, Chunk, Delivery
from .dlt_resource import dlt_delivery
from .excel import excel_delivery, is_workbook
from .files import file_delivery
from .http_json import Entry, Patience, http_delivery
from .reach import Networks, networks_of
from .sqlite import sqlite_delivery

__all__ = [
    "BrokenRow",
    "CellMark",
    "Chunk",
    "Delivery",
    "Entry",
    "Networks",
    "Patience",
    "Window",
    "arrow_delivery",
    "checked_location",
    "database_delivery",
    "dlt_delivery",
    "excel_delivery",
    "file_delivery",
    "http_delivery",
    "is_workbook",
    "latest_value",
    "networks_of",
    "shown_location",
    "sqlite_delivery",
]
