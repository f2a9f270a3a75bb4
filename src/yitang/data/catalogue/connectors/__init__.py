"""Ways in: a portal's file as records under its own field names. Ways out: linked data, Excel."""

from .dcat_export import LinkedForm, catalogue_graph, entry_graph, written
from .dump import Delivered, Dump
from .reading import read_dump
from .workbook import read_workbook, workbook_of

__all__ = [
    "Delivered",
    "Dump",
    "LinkedForm",
    "catalogue_graph",
    "entry_graph",
    "read_dump",
    "read_workbook",
    "workbook_of",
    "written",
]
