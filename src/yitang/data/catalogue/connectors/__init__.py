"""Ways in: a portal's file as records under its own field names. Ways out: linked data, Excel."""

from .dcat_export import LinkedForm, catalogue_graph, entry_graph, written
from .dump import Delivered, Dump
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
    "Delivered",
    "Dump",
    "LinkedForm",
    "ReadSystems",
    "catalogue_graph",
    "entry_graph",
    "marked_systems",
    "read_dump",
    "read_systems",
    "read_workbook",
    "systems_csv",
    "systems_workbook",
    "workbook_of",
    "written",
]
