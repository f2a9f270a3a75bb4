"""How good a batch is: what is counted at the border, what a score is, what is kept."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from yitang.data.collection.api import gather_file, scores_of, set_quality_rules
from yitang.data.collection.rules import (
    DIMENSION_NAMES,
    DIMENSIONS,
    PROBLEMS,
    QualityRule,
    Score,
    Tally,
    dimension_of,
    score_of,
    timeliness_of,
)
from yitang.ground.metrics.api import check_rollups
from yitang.ground.organisations.api import system_actor

from .factories import AT, make_residents, resident, write_csv


def test_every_problem_counts_in_a_dimension_that_has_a_name() -> None:
    assert {dimension_of(code) for code in PROBLEMS} < set(DIMENSIONS)
    assert set(DIMENSION_NAMES) == set(DIMENSIONS)


def test_a_dimension_that_nothing_asks_for_has_no_score() -> None:
    tally = Tally(rows=10, cells=40, empty=4, faulty={"validity": 1, "uniqueness": 2})
    score = score_of(tally, frozenset(), None)
    assert score == Score(completeness=0.9, validity=0.9)
    assert score.total == pytest.approx(0.9)
    score = score_of(tally, frozenset({"uniqueness"}), 0.5)
    assert score.uniqueness == pytest.approx(0.8)
    assert score.total == pytest.approx((0.9 + 0.9 + 0.8 + 0.5) / 4)
    assert score_of(Tally(1, 0, 0, {}), frozenset(), None).completeness == 1


@pytest.mark.parametrize(
    ("cycle", "days", "said"),
    [(None, 3, None), (31, None, None), (31, 31, 1.0), (31, 10, 1.0), (1, 4, 0.25), (0, 4, None)],
)
def test_a_batch_keeps_its_cycle_or_loses_by_how_late_it_is(
    cycle: int | None, days: int | None, said: float | None
) -> None:
    since = None if days is None else timedelta(days=days)
    assert timeliness_of(cycle, since) == said


@pytest.mark.django_db
def test_each_row_counts_once_in_each_dimension_and_the_history_is_kept(tmp_path: Path) -> None:
    dataset = make_residents(update_cycle="weekly")
    set_quality_rules(
        dataset=dataset,
        rules=[
            QualityRule("early", "range", ("birth_date",), severity="warn", high="1990-01-01"),
            QualityRule("both", "if_then", ("identity_number", "birth_date")),
        ],
        actor=system_actor(),
        at=AT,
        base=0,
    )
    rows = [resident(number, birth_date="1985-01-01") for number in range(1, 21)]
    rows[3][2] = ""  # no name: an empty cell of a rejected row
    rows[4][1], rows[4][4] = "123", "999999"  # two values wrong, one row
    rows[5][0] = rows[0][0]  # stands twice
    rows[6][3] = "2001-01-01"  # warned of
    rows[7][3] = ""  # breaks ``both``
    rows[8][4] = ""  # may be empty
    receipt = gather_file(
        dataset=dataset, path=write_csv(tmp_path / "1.csv", rows), actor=system_actor(), at=AT
    )
    assert (receipt.delivered, receipt.rejected) == (20, 4)
    (row,) = scores_of(dataset)
    assert row.score == Score(
        completeness=1 - 2 / 100, validity=1 - 2 / 20, uniqueness=0.95, consistency=0.95
    )
    dataset.refresh_from_db()
    assert dataset.quality == pytest.approx(row.total) == pytest.approx(0.945)

    path = write_csv(tmp_path / "2.csv", [*rows[:3], resident(40), [*resident(41), "", "", ""]])
    gather_file(
        dataset=dataset, path=path, actor=system_actor(), at=AT + timedelta(days=14), fewer="take"
    )
    first, second = scores_of(dataset)
    assert first == row
    assert second.timeliness == pytest.approx(0.5)
    assert second.validity == pytest.approx(0.8), "a broken row is a row that is not valid"
    assert not check_rollups(["collection.quality"])
