"""The register of systems in the demonstration, and what an authority makes of an overlap."""

from __future__ import annotations

from decimal import Decimal

from yitang.data.catalogue import api as catalogue
from yitang.data.collection import api as collection
from yitang.ground.organisations import api as organisations

from .running import Demonstration

CLOSED = 3
STOPPED = "不再重复采集，改由数源部门提供"  # the authority's own words, in the history


def enter_systems(demo: Demonstration) -> str:
    """Load the list that one office keeps of all departments' systems."""
    path = demo.sample / "systems.csv"
    if not path.exists():  # a province that was written by an earlier release
        return "no list of systems in this province"
    actor = organisations.system_actor()
    found = catalogue.load_systems(
        content=path.read_bytes(), file=path.name, actor=actor, at=demo.at
    )
    sums = catalogue.system_sums(actor)
    return (
        f"{found.accepted} systems: {sums.joined} connected, {sums.ended} ended,"
        f" {sums.yearly_cost:,.0f} yuan a year"
    )


def close_chimneys(demo: Demonstration) -> str:
    """The authority decides some overlaps, and what only served them is retired with them."""
    head = organisations.user_by_username("sharing_head") or organisations.system_actor()
    closed, saved = 0, Decimal(0)
    for overlap in collection.overlaps(head, state="proposed"):
        others = [side for side in (overlap.left, overlap.right) if side != overlap.source]
        behind = catalogue.systems_behind(head, others)
        if not behind or any(one.others for one in behind):
            continue
        _close(overlap, behind, head, demo)
        saved += sum((one.system.yearly_cost or Decimal(0) for one in behind), Decimal(0))
        closed += 1
        if closed == CLOSED:
            break
    return f"{closed} collections stopped with their systems: {saved:,.0f} yuan a year less"


def _close(
    overlap: collection.Overlap,
    behind: list[catalogue.SystemBehind],
    head: organisations.User,
    demo: Demonstration,
) -> None:
    for verb, note in (("confirm", ""), ("stop", STOPPED)):
        collection.decide_overlap(overlap=overlap, verb=verb, actor=head, at=demo.at, note=note)
    for one in behind:
        catalogue.decide_system(
            system=one.system, verb="retire", actor=head, at=demo.at, note=STOPPED
        )
