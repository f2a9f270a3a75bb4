"""Sources, batches with their receipts, quarantine, and uploads that are only looked at."""

from .batches import Batch, BatchScore, MendedRow, RejectedBlock, RuleSet, Upload
from .drifts import Drift, DriftEvent
from .fetches import Fetch
from .overlaps import Overlap, OverlapEvent, Sketch
from .sources import MODES, Source, TakenFile

__all__ = [
    "MODES",
    "Batch",
    "BatchScore",
    "Drift",
    "DriftEvent",
    "Fetch",
    "MendedRow",
    "Overlap",
    "OverlapEvent",
    "RejectedBlock",
    "RuleSet",
    "Sketch",
    "Source",
    "TakenFile",
    "Upload",
]
