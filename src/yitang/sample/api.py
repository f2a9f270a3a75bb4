"""The door of the sample province."""

from .errors import FolderUnusable, PortTaken, SampleMissing
from .health_server import HealthServer
from .items import SHARED_AT_START
from .own_workbook import NAME as OWN_WORKBOOK
from .province import TODAY, Written, write_province, written_before

__all__ = [
    "OWN_WORKBOOK",
    "SHARED_AT_START",
    "TODAY",
    "FolderUnusable",
    "HealthServer",
    "PortTaken",
    "SampleMissing",
    "Written",
    "write_province",
    "written_before",
]
