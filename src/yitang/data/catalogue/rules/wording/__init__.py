"""What foreign catalogues write, in our words: cycles, dates, openness, formats, owners."""

from .cycles import cycle_of
from .dates import date_of
from .departments import DepartmentIndex, looks_like_department
from .formats import format_words, formats_of
from .openness import OPENNESS, Openness, openness_of, sharing_of

__all__ = [
    "OPENNESS",
    "DepartmentIndex",
    "Openness",
    "cycle_of",
    "date_of",
    "format_words",
    "formats_of",
    "looks_like_department",
    "openness_of",
    "sharing_of",
]
