"""The door of the room."""

from .access import can_open, can_see, check_can_open, check_can_run, check_can_see
from .actions import (
    fuse_base,
    fuse_files,
    fuse_legal_entities,
    fuse_population,
    open_person,
    score_against_truth,
)
from .models import FusionRun
from .queries import (
    Conflict,
    Person,
    base_named,
    conflicts,
    last_report,
    last_run,
    person_id_of,
    record_sources,
)

__all__ = [
    "Conflict",
    "FusionRun",
    "Person",
    "base_named",
    "can_open",
    "can_see",
    "check_can_open",
    "check_can_run",
    "check_can_see",
    "conflicts",
    "fuse_base",
    "fuse_files",
    "fuse_legal_entities",
    "fuse_population",
    "last_report",
    "last_run",
    "open_person",
    "person_id_of",
    "record_sources",
    "score_against_truth",
]
