"""Ways in: a portal's file as records under its own field names. Ways out: linked data, Excel."""

from .dcat_export import LinkedForm, catalogue_graph, entry_graph, written
from .dump import Delivered, Dump
from .entry_workbook import (
    CellFault,
    EntryWorkbook,
    ReadEntry,
    marked_entries,
    read_entry_workbook,
    summary_of,
)
from .reading import read_dump
from .systems import (
    ReadSystems,
    marked_systems,
    read_systems,
    systems_csv,
    systems_workbook,
)
from .workbook import read_workbook, workbook_of

__all__ = [
    "CellFault",
    "Delivered",
    "Dump",
    "EntryWorkbook",
    "LinkedForm",
    "ReadEntry",
    "ReadSystems",
    "catalogue_graph",
    "entry_graph",
    "marked_entries",
    "marked_systems",
    "read_dump",
    "read_entry_workbook",
    "read_systems",
    "read_workbook",
    "summary_of",
    "systems_csv",
    "systems_workbook",
    "workbook_of",
    "written",
]
