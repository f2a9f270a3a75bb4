"""``yitang items``: lists of service items, their consistency, their trips."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from yitang.data.catalogue.api import all_datasets
from yitang.data.catalogue.errors import DatasetUnknown
from yitang.ground.base.errors import why_unread
from yitang.ground.organisations.api import system_actor
from yitang.ground.plumbing.api import now
from yitang.public.services.api import (
    ItemsReceipt,
    all_item_facts,
    load_items,
    note_shared,
    share_with_services,
    shared_datasets,
    sharing_gains,
    trip_summary,
    trips_after_sharing,
)
from yitang.public.services.errors import ItemFileUnreadable
from yitang.public.services.rules import broken_checks

SHOWN = 20


def add_arguments(parser: argparse.ArgumentParser) -> None:
    verbs = parser.add_subparsers(dest="verb", required=True)
    load = verbs.add_parser("load", help="take a list of items over (JSON, JS, CSV, Excel)")
    load.add_argument("file", type=Path, help="the list as its portal hands it out")
    load.add_argument("--mapping", type=Path, help="TOML that says what their columns are called")
    load.add_argument("--materials", type=Path, help="a second table with the materials")
    load.add_argument("--json", action="store_true", help="print figures as JSON")
    check = verbs.add_parser("check", help="name the items whose elements contradict each other")
    check.add_argument("--json", action="store_true", help="print figures as JSON")
    trips = verbs.add_parser("trips", help="trips before and after sharing, over all items")
    trips.add_argument("--shared", help="dataset codes divided by commas instead of today's")
    trips.add_argument("--json", action="store_true", help="print figures as JSON")
    share = verbs.add_parser("share", help="grant a dataset to all departments whose items need it")
    share.add_argument("dataset", help="catalogue code")
    share.add_argument("--json", action="store_true", help="print figures as JSON")
    shared = verbs.add_parser("shared", help="note datasets that are shared by other means")
    shared.add_argument("file", type=Path, help="one dataset code a line")
    following = verbs.add_parser("next", help="which dataset to share next, by trips saved a year")
    following.add_argument("dataset", nargs="?", help="name the items that lose a trip by this one")
    following.add_argument("--shared", help="dataset codes divided by commas instead of today's")
    following.add_argument("--json", action="store_true", help="print figures as JSON")


def run(arguments: argparse.Namespace) -> int:
    if arguments.verb == "load":
        return _load(arguments)
    if arguments.verb == "check":
        return _check(as_json=arguments.json)
    if arguments.verb == "share":
        return _share(arguments.dataset, as_json=arguments.json)
    if arguments.verb == "shared":
        return _note(arguments.file)
    shared = _codes(arguments.shared)
    if arguments.verb == "trips":
        return _trips(shared, as_json=arguments.json)
    if arguments.dataset:
        _known({arguments.dataset})
        return _losing(arguments.dataset, shared, as_json=arguments.json)
    return _next(shared, as_json=arguments.json)


def _load(arguments: argparse.Namespace) -> int:
    receipt = load_items(
        arguments.file,
        actor=system_actor(),
        at=now(),
        mapping=arguments.mapping,
        materials=arguments.materials,
    )
    status = 0 if receipt.accepted or not receipt.delivered else 1
    if arguments.json:
        print(json.dumps(_figures(receipt), ensure_ascii=False))
        return status
    print(
        f"{receipt.delivered} delivered = {receipt.accepted} accepted "
        f"({receipt.created} new, {receipt.updated} changed, {receipt.unchanged} as before) "
        f"+ {len(receipt.rejected)} rejected"
    )
    shown = 1 if status else SHOWN  # of a file that is no list of items one row says enough
    for rejected in receipt.rejected[:shown]:
        print(f"  row {rejected.row} {rejected.name}: {rejected.error}")
    if len(receipt.rejected) > shown:
        print(f"  … and {len(receipt.rejected) - shown} more (--json lists all)")
    if status:
        print("Not one row is a service item: see that this is the list, or give --mapping.")
    if receipt.without_organisation:
        print(f"{receipt.without_organisation} items name a department that is not registered")
    for code, count in receipt.broken.items():
        if count:
            print(f"{count} items break the check {code}")
    return status


def _figures(receipt: ItemsReceipt) -> dict[str, object]:
    return {
        "delivered": receipt.delivered,
        "accepted": receipt.accepted,
        "rejected": [
            {"row": one.row, "name": one.name, "problem": str(one.error)}
            for one in receipt.rejected
        ],
        "without_organisation": receipt.without_organisation,
        "broken": dict(receipt.broken),
    }


def _check(*, as_json: bool) -> int:
    """Exit status 1 when any item breaks a check, so that a script can stop there."""
    broken = [
        (item.code, check.code, str(check.message(item)))
        for item in all_item_facts()
        for check in broken_checks(item)
    ]
    if as_json:
        print(json.dumps([{"item": i, "check": c, "sentence": s} for i, c, s in broken]))
    else:
        for code, check, sentence in broken:
            print(f"{code}  {check}: {sentence}")
        print(f"{len(broken)} contradictions")
    return 1 if broken else 0


def _share(dataset: str, *, as_json: bool) -> int:
    done = share_with_services(dataset=dataset, actor=system_actor(), at=now())
    if as_json:
        figures = {
            "dataset": dataset,
            "grants": [grant.number for grant in done.grants],
            "items": list(done.items),
            "trips_a_year": done.trips_a_year,
        }
        print(json.dumps(figures))
    else:
        print(
            f"{dataset}: {len(done.grants)} grants; {len(done.items)} items lose a trip, "
            f"{done.trips_a_year:,} trips a year"
        )
    return 0


def _note(file: Path) -> int:
    try:
        codes = [line.strip() for line in file.read_text(encoding="utf-8").splitlines()]
    except (OSError, UnicodeDecodeError) as error:
        raise ItemFileUnreadable(file=file.name, problem=why_unread(error)) from None
    new = note_shared([code for code in codes if code], actor=system_actor(), at=now())
    print(f"{new} datasets newly noted as shared")
    return 0


def _trips(shared: frozenset[str], *, as_json: bool) -> int:
    summary = trip_summary(shared=shared)
    figures = {
        "items": summary.items,
        "cases_a_year": summary.cases_a_year,
        "average_before": round(summary.average_before, 3),
        "average_after": round(summary.average_after, 3),
        "trips_saved_a_year": summary.trips_saved,
        "items_without_trip": summary.items_without_trip,
        "items_at_most_one": summary.items_at_most_one,
        "unstated": summary.unstated,
    }
    if as_json:
        print(json.dumps(figures))
        return 0
    print(
        f"{summary.items} items, {summary.cases_a_year:,} cases a year: "
        f"{summary.average_before:.2f} trips a case before sharing, "
        f"{summary.average_after:.2f} now; {summary.trips_saved:,} saved a year"
    )
    print(
        f"no trip: {summary.items_without_trip} items ({summary.zero_trip_share:.1%}); "
        f"at most one: {summary.items_at_most_one} ({summary.item_ratio:.1%})"
    )
    if summary.unstated:
        print(f"{summary.unstated} items state neither channel nor material: not counted")
    return 0


def _next(shared: frozenset[str], *, as_json: bool) -> int:
    gains = sharing_gains(shared=shared)
    if as_json:
        rows = [
            {"dataset": g.dataset, "trips_a_year": g.trips_a_year, "items": list(g.items)}
            for g in gains
        ]
        print(json.dumps(rows))
        return 0
    for gain in gains[:SHOWN]:
        print(f"{gain.trips_a_year:>12,} trips a year  {len(gain.items):>4} items  {gain.dataset}")
    return 0


def _losing(dataset: str, shared: frozenset[str], *, as_json: bool) -> int:
    rows = trips_after_sharing(dataset, shared=shared)
    if as_json:
        print(json.dumps([{"item": i.code, "before": a, "after": b} for i, a, b in rows]))
        return 0
    for item, before, after in rows:
        print(f"{before} -> {after}  {item.volume:>9,} a year  {item.name}")
    print(f"{len(rows)} items lose a trip when {dataset} is shared")
    return 0


def _codes(text: str | None) -> frozenset[str]:
    if text is None:
        return shared_datasets()
    return _known({code.strip() for code in text.split(",") if code.strip()})


def _known(codes: set[str]) -> frozenset[str]:
    """``codes``, each of which is in the catalogue or named by an item; raises for another."""
    known = {entry.code for entry in all_datasets()}
    known |= {one.dataset for item in all_item_facts() for one in item.materials}
    for code in sorted(codes - known):
        raise DatasetUnknown(code=code)
    return frozenset(codes)
