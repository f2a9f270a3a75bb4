"""Rollups equal a recount, whatever is observed and in whatever order."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yitang.ground.base.text import Message
from yitang.ground.metrics import api, rules
from yitang.ground.metrics.errors import MetricUnknown
from yitang.ground.metrics.models import Rollup
from yitang.ground.metrics.tests.factories import register_only

NOON = datetime(2026, 11, 23, 4, tzinfo=UTC)
SEEN: list[rules.Observation] = []

observations = st.lists(
    st.builds(
        rules.Observation,
        day=st.dates(date(2025, 12, 1), date(2026, 2, 1)),
        division_code=st.sampled_from(["990102", "990102003", "990201", "990100", "990000"]),
        numerator=st.integers(-3, 9).map(Decimal),
        denominator=st.integers(0, 9).map(Decimal),
    ),
    max_size=20,
)


@pytest.fixture
def solved(monkeypatch: pytest.MonkeyPatch) -> Iterator[rules.Metric]:
    SEEN.clear()
    defined = rules.Metric(
        code="test.solved",
        version=1,
        name=Message("test.solved", "Solved"),
        definition=Message("test.solved.definition", "solved ÷ assessed"),
        unit="%",
        kind=rules.MetricKind.RATIO,
        source="invented for this test",
        recount=lambda: list(SEEN),
    )
    register_only(monkeypatch, defined)
    yield defined
    SEEN.clear()


@given(observations)
def test_a_place_sums_what_lies_in_it(seen: list[rules.Observation]) -> None:
    sums = rules.rolled_up(seen)
    whole = sums.get(rules.Cell("all", "990000"), rules.NOTHING)
    assert whole.numerator == sum(o.numerator for o in seen)
    cities = [sums.get(rules.Cell("all", c), rules.NOTHING) for c in ("990100", "990200")]
    at_the_top = sum(o.numerator for o in seen if o.division_code == "990000")
    assert sum(c.numerator for c in cities) + at_the_top == whole.numerator
    months = [s for cell, s in sums.items() if len(cell.period) == 7 and cell[1] == "990000"]
    assert sum(m.denominator for m in months) == whole.denominator


def test_a_village_counts_for_its_county_city_and_province() -> None:
    assert rules.ancestors_of("990102003001") == ("990102", "990100", "990000")
    assert rules.ancestors_of("990000") == ("990000",)
    assert rules.figure_of(rules.MetricKind.RATIO, rules.NOTHING) is None


@pytest.mark.django_db
def test_counting_as_it_happens_equals_counting_anew(solved: rules.Metric) -> None:
    batches = [
        [rules.Observation(date(2026, 1, 5), "990102", Decimal(1), Decimal(1))],
        [
            rules.Observation(date(2026, 1, 5), "990102", Decimal(0), Decimal(1)),
            rules.Observation(date(2026, 1, 6), "990201", Decimal(1), Decimal(1)),
        ],
        [rules.Observation(date(2026, 1, 6), "990201", Decimal(-1), Decimal(-1))],
    ]
    for batch in batches:
        SEEN.extend(batch)
        api.observe(code=solved.code, observations=batch, at=NOON)
    assert api.check_rollups() == []
    assert api.metric_value(code=solved.code, division_code="990102").value == Decimal("0.5")
    assert api.metric_value(code=solved.code, division_code="990201").value is None
    Rollup.objects.filter(period="2026-01-05", division_code="990102").update(numerator=7)
    [difference] = api.check_rollups()
    assert difference.cell == rules.Cell("2026-01-05", "990102")
    assert api.refresh_rollups(at=NOON) == len(rules.rolled_up(SEEN))
    assert api.check_rollups() == []


@pytest.mark.django_db
def test_figures_come_by_division_and_in_order_of_time(solved: rules.Metric) -> None:
    SEEN.extend(
        rules.Observation(date(2026, 1, day), "990102", Decimal(day), Decimal(10))
        for day in (3, 1, 2)
    )
    api.refresh_rollups(at=NOON)
    series = api.metric_series(code=solved.code, division_code="990000", grain="day")
    assert [(period, reading.numerator) for period, reading in series] == [
        ("2026-01-01", Decimal(1)),
        ("2026-01-02", Decimal(2)),
        ("2026-01-03", Decimal(3)),
    ]
    by_division = api.metric_by_division(code=solved.code, division_codes=["990102", "990105"])
    assert by_division["990102"].value == Decimal("0.2")
    assert by_division["990105"].value is None
    with pytest.raises(MetricUnknown):
        api.metric_value(code="test.unknown", division_code="990000")
