"""Items to count with; the database's rows are built by the room's own actions."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from yitang.ground.base.clock import Term
from yitang.public.services.rules import ItemFacts, MaterialFacts

HERE = Path(__file__).parent
MARKS = {"?": "2", "+": "3"}
WAYS = {"w": "window", "o": "online", "h": "held"}


class WorkedItem(NamedTuple):
    """One line of ``worked_items.txt``: an item and what a person counted."""

    item: ItemFacts
    before: int
    after: int
    rises_without: frozenset[str]


def item_facts(**elements: object) -> ItemFacts:
    """A consistent item that is applied for online; any element may be given."""
    defaults: dict[str, object] = {
        "code": "X1",
        "name": "新生儿落户",
        "department": "闽海省公安厅",
        "type": "07",
        "case_type": "2",
        "statutory_limit": Term(20),
        "promised_limit": Term(3),
        "channels": ("1", "2", "3"),
        "delivery": ("electronic",),
        "result_name": "户口登记证明",
        "result_kind": "document",
        "volume": 100,
    }
    return ItemFacts(**{**defaults, **elements})  # type: ignore[arg-type]  # kwargs of any element


def worked_items() -> list[WorkedItem]:
    """The items counted by hand."""
    lines = (HERE / "worked_items.txt").read_text(encoding="utf-8").splitlines()
    return [
        _worked(number, line)
        for number, line in enumerate(lines, start=1)
        if not line.startswith("#")
    ]


def _worked(number: int, line: str) -> WorkedItem:
    channels, case, presence, delivery, materials, before, after, rises = (
        part.strip() for part in line.split("|")
    )
    item = item_facts(
        code=f"line {number}",
        channels=tuple(channels),
        case_type=case,
        presence=presence,
        delivery=("window",) if delivery == "-" else tuple(delivery.split(",")),
        result_kind="none" if delivery == "-" else "document",
        materials=tuple(
            _material(f"material {position}", text)
            for position, text in enumerate(materials.split(), start=1)
        ),
    )
    return WorkedItem(item, int(before), int(after), frozenset(rises.split()))


def _material(name: str, text: str) -> MaterialFacts:
    dataset, issuer, way, form = text.split("/")
    return MaterialFacts(
        name=name,
        dataset="" if dataset == "-" else dataset,
        issuer=issuer,
        obtained=WAYS[way],
        form="1" if form[0] == "P" else "2",
        necessity=MARKS.get(form[1:], "1"),
        promise=form[1:] == "!",
    )
