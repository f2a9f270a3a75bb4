"""Tables of the catalogue."""

from .entries import CatalogueEvent, DataItem, Dataset

__all__ = ["CatalogueEvent", "DataItem", "Dataset"]
