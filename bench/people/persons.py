"""One array a fact: a person, or a home, is a place in all of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

Texts = NDArray[np.object_]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]
Floats = NDArray[np.float64]
Days = NDArray[np.datetime64]

NOBODY = -1


@dataclass
class Homes:
    """Addresses in their parts; a village home has a group in place of road and estate."""

    county: Ints
    street: Texts
    is_village: Flags
    road: Texts  # the village, where it is one
    road_number: Ints
    estate: Texts
    building: Ints  # the group, in a village
    unit: Ints
    room: Ints  # the number of the house, in a village


@dataclass
class People:
    home: Ints  # the household; also the place in ``Homes`` where it lives now
    male: Flags
    born: Days
    father: Ints
    mother: Ints
    twin_of: Ints  # the elder of the two
    is_grown_child: Flags
    surname: Texts = field(default_factory=lambda: np.empty(0, object))
    given: Texts = field(default_factory=lambda: np.empty(0, object))
    minority: Flags = field(default_factory=lambda: np.empty(0, bool))
    place: Ints = field(default_factory=lambda: np.empty(0, np.int64))
    old_place: Ints = field(default_factory=lambda: np.empty(0, np.int64))
    moved_on: Days = field(default_factory=lambda: np.empty(0, "datetime64[D]"))
    phone: Texts = field(default_factory=lambda: np.empty(0, object))
    old_phone: Texts = field(default_factory=lambda: np.empty(0, object))
    new_phone_on: Days = field(default_factory=lambda: np.empty(0, "datetime64[D]"))
    number: Texts = field(default_factory=lambda: np.empty(0, object))
    old_number: Texts = field(default_factory=lambda: np.empty(0, object))
    new_number_on: Days = field(default_factory=lambda: np.empty(0, "datetime64[D]"))
    # Who has no number in one register tends to have none in the next; 1 on average.
    unnumbered: Floats = field(default_factory=lambda: np.empty(0))

    def __len__(self) -> int:
        return len(self.home)

    @property
    def year(self) -> Ints:
        return years(self.born)


def years(days: Days) -> Ints:
    return days.astype("datetime64[Y]").astype(np.int64) + 1970


def chosen(draw: np.random.Generator, options: Sequence[str], size: int, skew: float = 0) -> Texts:
    """``size`` of the options; with a skew the first are the commonest, as in Zipf's law."""
    weights = 1 / (np.arange(len(options)) + 3.0) ** skew
    picked = draw.choice(len(options), size, p=weights / weights.sum())
    return np.array(list(options), dtype=object)[picked]
