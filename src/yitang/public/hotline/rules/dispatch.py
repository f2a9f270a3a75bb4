"""Where an appeal goes by itself, and why a person has to look where it does not.

北京市接诉即办工作条例 (2021) Art 12: a clear duty goes straight to the unit; an unclear one whose
place is known goes to the government of the district or county, which may not push it away (Art
14). Emergencies are looked at by a person first (Art 11).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Basis(StrEnum):
    """On what ground an appeal was first sent to whom it was sent to."""

    CLASS = "class"  # its class is sure, and one office is charged with that duty there
    TERRITORY = "territory"  # its place is settled, its duty is not
    PERSON = "person"
    ELSEWHERE = "elsewhere"  # another system had dealt with it before it came here


class Obstacle(StrEnum):
    """Why no office is sure to be charged with an appeal, or nobody to send it to."""

    EMERGENCY = "emergency"
    CLASS_UNSURE = "class_unsure"
    NOBODY_CHARGED = "nobody_charged"
    SEVERAL_CHARGED = "several_charged"
    PLACE_UNSETTLED = "place_unsettled"
    NO_GOVERNMENT = "no_government"


# What the history keeps; the pages translate it.
SENT_TO_TERRITORY: Mapping[Obstacle, str] = {
    Obstacle.CLASS_UNSURE: "Sent to the territorial government because its class is not sure.",
    Obstacle.NOBODY_CHARGED: (
        "Sent to the territorial government because no office there is charged with it."
    ),
    Obstacle.SEVERAL_CHARGED: (
        "Sent to the territorial government because several offices there are charged with it."
    ),
}
COUNTY_DIGITS, CITY_ENDING = 6, "00"


@dataclass(frozen=True, slots=True)
class DispatchShares:
    """How many appeals went by themselves, by class and to territorial governments apart."""

    by_class: int = 0
    to_territory: int = 0
    whole: int = 0

    @property
    def to_person(self) -> int:
        """What a person sent, answered or still has to look at."""
        return self.whole - self.by_class - self.to_territory


@dataclass(frozen=True, slots=True)
class Route:
    """Where an appeal goes by itself: ``basis`` is ``None`` where a person decides.

    ``obstacle`` says why it does not go to the office charged.
    """

    basis: Basis | None
    obstacle: Obstacle | None = None

    @property
    def reason(self) -> str:
        """The sentence of the history; empty when there is nothing to explain."""
        sent = self.basis is Basis.TERRITORY and self.obstacle is not None
        return SENT_TO_TERRITORY[self.obstacle] if sent and self.obstacle else ""


def route_of(
    *, tier: str, is_class_sure: bool, charged: int, place: str, governments: int
) -> Route:
    """Where an appeal goes by itself.

    ``charged`` is how many offices are charged with its duty there, ``place`` the code of its
    division or empty, ``governments`` how many territorial governments stand for that place.
    """
    if tier == "emergency":
        return Route(None, Obstacle.EMERGENCY)
    if not place:
        return Route(None, Obstacle.PLACE_UNSETTLED)
    if is_class_sure and charged == 1:
        return Route(Basis.CLASS)
    obstacle = _obstacle(is_class_sure=is_class_sure, charged=charged)
    if not territory_of(place):
        return Route(None, Obstacle.PLACE_UNSETTLED)
    return (
        Route(Basis.TERRITORY, obstacle)
        if governments == 1
        else Route(None, Obstacle.NO_GOVERNMENT)
    )


def territory_of(place: str) -> str:
    """The county or district a place lies in; empty when only its city or province is known."""
    county = place[:COUNTY_DIGITS]
    is_above = len(place) == COUNTY_DIGITS and county.endswith(CITY_ENDING)
    return "" if len(county) < COUNTY_DIGITS or is_above else county


def _obstacle(*, is_class_sure: bool, charged: int) -> Obstacle:
    if not is_class_sure:
        return Obstacle.CLASS_UNSURE
    return Obstacle.SEVERAL_CHARGED if charged else Obstacle.NOBODY_CHARGED
