"""Sources, batches with their receipts, quarantine, and uploads that are only looked at."""

from .batches import Batch, BatchScore, RejectedBlock, RuleSet, Upload
from .drifts import Drift, DriftEvent
from .overlaps import Overlap, OverlapEvent, Sketch
from .sources import Source, TakenFile

__all__ = [
    "Batch",
    "BatchScore",
    "Drift",
    "DriftEvent",
    "Overlap",
    "OverlapEvent",
    "RejectedBlock",
    "RuleSet",
    "Sketch",
    "Source",
    "TakenFile",
    "Upload",
]
