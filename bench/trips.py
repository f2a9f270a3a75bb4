"""Journeys of a whole list of service items, beside the loop over rows that most would write."""

from __future__ import annotations

import random
import statistics
import time
from collections.abc import Callable

from yitang.public.services.pipeline import compile_items, count_journeys
from yitang.public.services.rules import ItemFacts, MaterialFacts, journeys

ROUNDS = 5
ITEMS, DATASETS, SETS = 3_000, 40, 40
PRESENCE = ("none", "none", "none", "none", "identity", "both_parties", "inspection")


def main() -> None:
    random.seed(1)
    items = [made_item(number) for number in range(ITEMS)]
    names = [f"dataset{number}" for number in range(DATASETS)]
    shared = [frozenset(random.sample(names, size)) for size in range(SETS)]
    ours, plain, naive = [], [], []
    for _ in range(ROUNDS):
        ours.append(rate(SETS * ITEMS, lambda: count_compiled(items, shared)))
        plain.append(rate(SETS * ITEMS, lambda: count_by_rule(items, shared)))
        naive.append(rate(4 * ITEMS, lambda: count_naively(items, shared[:4])))
    for item, count in zip(items, count_naively(items, shared[7:8])[0], strict=True):
        if count != len(journeys(item, shared[7])):
            raise SystemExit(f"the peer counts {item.code} otherwise")
    ratio = statistics.median(a / b for a, b in zip(ours, naive, strict=True))
    print(f"items counted per CPU second, medians of {ROUNDS} rounds, {ITEMS} items:")
    print(
        f"  columns {statistics.median(ours):,.0f} (compiling included), "
        f"rule with reasons {statistics.median(plain):,.0f}, "
        f"naive loop over rows {statistics.median(naive):,.0f}"
    )
    print(f"  ratio {ratio:,.0f}")


def made_item(number: int) -> ItemFacts:
    materials = tuple(
        MaterialFacts(
            name=f"material {position}",
            form=random.choice("1123"),
            issuer=f"issuer {random.randrange(20)}",
            obtained=random.choice(("window", "online", "held")),
            dataset=f"dataset{random.randrange(DATASETS)}" if random.random() < 0.7 else "",
        )
        for position in range(random.randrange(2, 9))
    )
    return ItemFacts(
        code=str(number),
        name=f"item {number}",
        case_type=random.choice("12"),
        channels=random.choice((("1",), ("1", "2", "3"), ("1", "2", "3", "4"))),
        presence=random.choice(PRESENCE),
        delivery=random.choice((("window",), ("electronic", "window"))),
        result_kind="certificate",
        materials=materials,
    )


def count_compiled(items: list[ItemFacts], shared: list[frozenset[str]]) -> None:
    compiled = compile_items(items)
    for names in shared:
        count_journeys(compiled, names)


def count_by_rule(items: list[ItemFacts], shared: list[frozenset[str]]) -> None:
    for names in shared:
        for item in items:
            journeys(item, names)


def count_naively(items: list[ItemFacts], shared: list[frozenset[str]]) -> list[list[int]]:
    """The rows of a joined table as dictionaries, gone through once for each item."""
    rows = [
        {
            "item": item.code,
            "issuer": material.issuer,
            "dataset": material.dataset,
            "obtained": material.obtained,
            "form": material.form,
        }
        for item in items
        for material in item.materials
    ]
    by_item: dict[str, list[dict[str, str]]] = {}
    for row in rows:
        by_item.setdefault(row["item"], []).append(row)
    return [
        [_naive(item, by_item.get(item.code, []), sorted(names)) for item in items]
        for names in shared
    ]


def _naive(item: ItemFacts, rows: list[dict[str, str]], shared: list[str]) -> int:
    left = [row for row in rows if row["dataset"] not in shared]
    fetches = len({row["issuer"] for row in left if row["obtained"] == "window"})
    online = "2" in item.channels or "3" in item.channels
    papers = [row for row in left if row["form"] == "1"]
    posts = "4" in item.channels
    visits = 0
    if item.presence in ("identity", "both_parties") or (not posts and (papers or not online)):
        visits += 1
    if item.presence == "inspection":
        visits += 1
    if list(item.delivery) == ["window"]:
        visits += 1
    return fetches + (min(visits, 1) if item.case_type == "1" else visits)


def rate(count: int, work: Callable[[], object]) -> float:
    start = time.process_time()
    work()
    return count / (time.process_time() - start)


if __name__ == "__main__":
    main()
