"""Plain functions over texts, one module a noun; none needs Django or a database."""

from .classifier import (
    Classifier,
    Prediction,
    Quality,
    calibration_error,
    load_classifier,
    train_classifier,
)
from .folding import folded, sounds
from .grams import GramCounts, count_grams, plain
from .pinyin import pinyin
from .places import Place, PlaceIndex, build_place_index, deepest_place, find_places
from .redaction import LABELS, Redacted, Span, redact
from .segmentation import segment
from .similarity import similarity

__all__ = [
    "LABELS",
    "Classifier",
    "GramCounts",
    "Place",
    "PlaceIndex",
    "Prediction",
    "Quality",
    "Redacted",
    "Span",
    "build_place_index",
    "calibration_error",
    "count_grams",
    "deepest_place",
    "find_places",
    "folded",
    "load_classifier",
    "pinyin",
    "plain",
    "redact",
    "segment",
    "similarity",
    "sounds",
    "train_classifier",
]
