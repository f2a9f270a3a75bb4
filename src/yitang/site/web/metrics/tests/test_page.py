from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.test import Client

from yitang.ground.base.text import Message
from yitang.ground.metrics import api
from yitang.ground.metrics.tests.factories import register_only

NOON = datetime(2026, 11, 23, 4, tzinfo=UTC)


@pytest.mark.django_db
def test_each_figure_stands_beside_its_definition(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    half = api.Observation(date(2026, 1, 1), "990101", Decimal(1), Decimal(2))
    defined = api.Metric(
        code="test.half",
        version=2,
        name=Message("test.half", "Half of it"),
        definition=Message("test.half.definition", "one of two"),
        unit="%",
        kind=api.MetricKind.RATIO,
        source="this test",
        recount=lambda: [half],
    )
    register_only(monkeypatch, defined)
    api.refresh_rollups(codes=[defined.code], at=NOON)
    text = client.get("/metrics/").content.decode()
    assert "50.0%" in text
    assert "one of two" in text
    assert "test.half</span> · v2" in text


@pytest.mark.django_db
def test_figures_have_their_units_and_what_was_never_counted_says_so(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    observed: list[api.Observation] = []
    defined = api.Metric(
        code="test.trips",
        version=1,
        name=Message("test.trips", "Visits"),
        definition=Message("test.trips.definition", "visits of each"),
        unit="visits each",
        kind=api.MetricKind.RATIO,
        source="this test",
        recount=lambda: observed,
    )
    register_only(monkeypatch, defined)
    english = {"Accept-Language": "en"}
    before = client.get("/metrics/", headers=english).content.decode()
    assert "Nothing has been counted for" in before
    assert "nothing yet" in before
    observed.append(api.Observation(date(2026, 1, 1), "990101", Decimal(3), Decimal(4)))
    api.refresh_rollups(codes=[defined.code], at=NOON)
    after = client.get("/metrics/", headers=english).content.decode()
    assert '0.75 <span class="small muted">visits each' in after
    assert "Nothing has been counted for" not in after
