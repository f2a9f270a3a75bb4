"""Ways in: the country's codes from a package, and the files a user hands over."""

from .national import national_divisions
from .tables import DIVISION_COLUMNS, OFFICER_COLUMNS, ORGANISATION_COLUMNS, Row, read_table

__all__ = [
    "DIVISION_COLUMNS",
    "OFFICER_COLUMNS",
    "ORGANISATION_COLUMNS",
    "Row",
    "national_divisions",
    "read_table",
]
