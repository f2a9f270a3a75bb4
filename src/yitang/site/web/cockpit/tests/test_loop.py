from __future__ import annotations

import pytest

from yitang.site.web.cockpit.divisions import count_shade, solved_shade
from yitang.site.web.cockpit.loop import NODE_WIDTH, PLACES, Node, fitted_size, laid_out, text_width


@pytest.mark.parametrize(
    ("value", "unit", "detail"),
    [
        ("2.31 → 0.42", "趟／件", "300 项 · 零跑动 71% · 今日办结 1,906 件"),
        ("1,234,567", "datasets", "from 20 departments, 128,000,000 rows in all"),
        ("出生医学证明签发信息共享目录（全省汇总）", "", ""),
    ],
)
def test_texts_stay_inside_their_node(value: str, unit: str, detail: str) -> None:
    (placed,) = laid_out([Node("serve", "Serve", value, unit, details=(detail,))])
    figure = text_width(value, placed.value.size) + text_width(unit, placed.unit.size)
    assert figure <= NODE_WIDTH - 28
    assert text_width(detail, placed.details[0].size) <= NODE_WIDTH - 28


def test_short_texts_keep_their_size() -> None:
    assert fitted_size("63", 26, 160) == 26
    assert fitted_size("", 12, 160) == 12


def test_a_node_is_spoken_with_its_figure() -> None:
    placed = laid_out(
        [Node("gather", "Gather", "63", "datasets", details=("from 20 departments",))]
    )[0]
    assert placed.spoken == "Gather, 63 datasets, from 20 departments"
    assert laid_out([Node("fuse", "Fuse")])[0].spoken == "Fuse"


def test_no_two_nodes_share_a_place() -> None:
    assert len(set(PLACES.values())) == len(PLACES) == 8


@pytest.mark.parametrize(
    ("share", "shade"), [(None, "none"), (0.84, "worst"), (0.9, "q3"), (0.97, "q5"), (0.86, "q2")]
)
def test_the_darker_the_better_and_far_below_stands_out(share: float | None, shade: str) -> None:
    assert solved_shade(share, 0.9) == shade


@pytest.mark.parametrize(("late", "shade"), [(0, "q1"), (1, "q2"), (5, "q4"), (6, "worst")])
def test_late_cases_shade_a_tile(late: int, shade: str) -> None:
    assert count_shade(late, 6, is_late=True) == shade


def test_open_cases_alone_are_no_alarm() -> None:
    assert count_shade(6, 6, is_late=False) == "q4"
