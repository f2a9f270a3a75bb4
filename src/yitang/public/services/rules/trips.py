"""Trips: what an item costs a person in journeys, and which shared dataset saves one.

One trip is one journey for one case of an item. There are four kinds:

* ``fetch``: to the body that issues a material, one for each body, unless the material is
  shared, downloaded or already in the applicant's hands;
* ``hand_in``: to the window, because a paper must be shown, nothing can be sent online, or
  somebody must come in person; papers alone may go by post where that is accepted;
* ``examination``: an inspection of the place or a test;
* ``collect``: to fetch the result where it is neither electronic nor posted.

Visits to the window for a matter done at once are one visit. Sources: the definition of
“at most one trip” in 浙江省保障“最多跑一次”改革规定 Art 2 (FACTS §4.11), materials that sharing
can supply may not be asked for (国务院令第716号 Art 7).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from yitang.ground.base.text import Message

from .items import COURIER, PAPER_ONLY, ItemFacts, MaterialFacts

SUBMISSION_PRESENCE = frozenset({"identity", "signing", "both_parties", "biometrics"})
EXAMINATION_PRESENCE = frozenset({"inspection", "examination"})

PRESENCE_REASONS: Mapping[str, str] = {
    "identity": "The law wants you identified in person.",
    "signing": "You sign before an officer.",
    "both_parties": "Both of you come together.",
    "biometrics": "Your photograph or fingerprints are taken.",
    "inspection": "An officer looks at the place together with you.",
    "examination": "You take a test.",
}


@dataclass(frozen=True, slots=True)
class Cause:
    """One thing that makes a trip necessary, and the dataset that would remove it, if any."""

    message: Message
    dataset: str = ""


@dataclass(frozen=True, slots=True)
class Trip:
    """One journey; it is saved only when every one of its causes is removed."""

    stage: str  # fetch, hand_in, examination or collect
    place: str  # the issuer of a fetched material, else the item's own department
    causes: tuple[Cause, ...]


@dataclass(frozen=True, slots=True)
class Trips:
    """Journeys for one case of an item, before anything was shared and as things stand."""

    before: tuple[Trip, ...]
    after: tuple[Trip, ...]
    materials_before: int
    materials_after: int

    @property
    def saved(self) -> int:
        return len(self.before) - len(self.after)


@dataclass(frozen=True, slots=True)
class Gain:
    """What sharing one dataset next would save."""

    dataset: str
    trips_a_year: int
    items: tuple[str, ...]  # codes of the items that lose a trip
    materials_a_year: int


def trips(item: ItemFacts, shared: Collection[str]) -> Trips:
    """The journeys for ``item`` before and after the datasets in ``shared`` stand in."""
    return Trips(
        before=journeys(item, ()),
        after=journeys(item, shared),
        materials_before=_count(materials_to_bring(item, ())),
        materials_after=_count(materials_to_bring(item, shared)),
    )


def _count(materials: list[MaterialFacts]) -> int:
    return sum(not material.is_online_form for material in materials)


def materials_to_bring(item: ItemFacts, shared: Collection[str]) -> list[MaterialFacts]:
    """The materials an applicant must still supply, the application form among them."""
    return [
        material
        for material in item.materials
        if material.is_asked_for and not (material.dataset and material.dataset in shared)
    ]


def journeys(item: ItemFacts, shared: Collection[str]) -> tuple[Trip, ...]:
    """Every journey of one case, in the order they are made."""
    brought = materials_to_bring(item, shared)
    visits = [
        Trip(stage, item.department, tuple(causes))
        for stage, causes in (
            ("hand_in", _hand_in_causes(item, brought)),
            ("examination", _presence_causes(item, EXAMINATION_PRESENCE)),
            ("collect", _collect_causes(item)),
        )
        if causes
    ]
    if item.is_instant and len(visits) > 1:
        merged = tuple(cause for visit in visits for cause in visit.causes)
        visits = [Trip(visits[0].stage, item.department, merged)]
    return (*_fetches(brought), *visits)


def _fetches(brought: list[MaterialFacts]) -> list[Trip]:
    by_issuer: dict[str, list[Cause]] = {}
    for material in brought:
        if material.obtained == "window":
            place = material.issuer or material.name
            by_issuer.setdefault(place, []).append(
                Cause(
                    Message(
                        "services.trip.fetch",
                        "Fetch “{material}” at {issuer}.",
                        {"material": material.name, "issuer": place},
                    ),
                    material.dataset,
                )
            )
    return [Trip("fetch", place, tuple(causes)) for place, causes in by_issuer.items()]


def _hand_in_causes(item: ItemFacts, brought: list[MaterialFacts]) -> list[Cause]:
    causes = _presence_causes(item, SUBMISSION_PRESENCE)
    if COURIER in item.channels:
        return causes
    if not item.is_online:
        message = Message("services.trip.no_channel", "It can be applied for at a window only.")
        return [Cause(message), *causes]
    papers = [
        Cause(
            Message(
                "services.trip.hand_in",
                "Hand in “{material}” on paper.",
                {"material": material.name},
            ),
            material.dataset,
        )
        for material in brought
        if material.form == PAPER_ONLY
    ]
    return papers + causes


def _presence_causes(item: ItemFacts, kinds: frozenset[str]) -> list[Cause]:
    if item.presence not in kinds:
        return []
    template = PRESENCE_REASONS[item.presence]
    return [Cause(Message(f"services.trip.{item.presence}", template))]


def _collect_causes(item: ItemFacts) -> list[Cause]:
    if item.result_kind == "none" or set(item.delivery) != {"window"}:
        return []
    message = Message(
        "services.trip.collect", "Collect “{result}” at the window.", {"result": item.result_name}
    )
    return [Cause(message)]


def items_that_lose_a_trip(
    items: Iterable[ItemFacts], *, shared: Collection[str], dataset: str
) -> list[ItemFacts]:
    """The items with fewer journeys once ``dataset`` is shared beside ``shared``."""
    more = {*shared, dataset}
    return [item for item in items if _fewer(item, shared, more)]


def _fewer(item: ItemFacts, shared: Collection[str], more: Collection[str]) -> bool:
    if not any(material.dataset in more for material in item.materials if material.dataset):
        return False
    return len(journeys(item, more)) < len(journeys(item, shared))


def next_datasets_to_share(items: Iterable[ItemFacts], shared: Collection[str]) -> list[Gain]:
    """What each dataset not yet shared would save a year, the greatest saving first.

    Trips are counted as cases a year (``volume``) times journeys lost. A dataset that only
    removes papers, while another paper still causes the journey, comes after all that save
    journeys, by the papers it removes.
    """
    touched: dict[str, list[ItemFacts]] = {}
    for item in items:
        for dataset in {m.dataset for m in item.materials if m.dataset and m.is_asked_for}:
            if dataset not in shared:
                touched.setdefault(dataset, []).append(item)
    return _ranked(_gain(dataset, its_items, shared) for dataset, its_items in touched.items())


def combine_gains(gains: Iterable[Gain]) -> list[Gain]:
    """Gains of several departments as one list: those of the same dataset added up."""
    added: dict[str, Gain] = {}
    for gain in gains:
        known = added.get(gain.dataset)
        added[gain.dataset] = gain if known is None else _sum(known, gain)
    return _ranked(added.values())


def _sum(one: Gain, other: Gain) -> Gain:
    return Gain(
        one.dataset,
        one.trips_a_year + other.trips_a_year,
        one.items + other.items,
        one.materials_a_year + other.materials_a_year,
    )


def _ranked(gains: Iterable[Gain]) -> list[Gain]:
    return sorted(gains, key=lambda g: (-g.trips_a_year, -g.materials_a_year, g.dataset))


def _gain(dataset: str, items: list[ItemFacts], shared: Collection[str]) -> Gain:
    more = {*shared, dataset}
    trips_a_year = materials_a_year = 0
    losing: list[str] = []
    for item in items:
        lost = len(journeys(item, shared)) - len(journeys(item, more))
        removed = len(materials_to_bring(item, shared)) - len(materials_to_bring(item, more))
        trips_a_year += lost * item.volume
        materials_a_year += removed * item.volume
        if lost:
            losing.append(item.code)
    return Gain(dataset, trips_a_year, tuple(losing), materials_a_year)
