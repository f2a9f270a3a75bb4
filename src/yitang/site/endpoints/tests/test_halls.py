from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.test import Client

from yitang.ground.organisations.api import system_actor
from yitang.ground.organisations.tests.factories import make_officer, make_organisation, make_user
from yitang.public.halls.api import EXAMPLE, read_demands_file, record_hall

pytestmark = pytest.mark.django_db
ADDRESS = "/api/v1/halls/windows-plan"


def test_a_plan_is_counted_for_anyone_with_what_it_rests_on(client: Client) -> None:
    demands = [
        {"type": d.name, "visits_per_day": d.visits_per_day, "mean_minutes": d.mean_minutes}
        for d in read_demands_file(EXAMPLE)
    ]
    answer = client.post(ADDRESS, {"demands": demands}, content_type="application/json").json()
    assert (answer["separate"], answer["pooled"]["windows"]) == (30, 13)
    assert answer["pooled_slower"]["windows"] == 15
    assert len(answer["assumptions"]) >= 6
    assert "not for staff" in answer["findings"][-1]
    assert answer["sensitivity"][2]["pooled"] == 21


@pytest.mark.parametrize(
    "body",
    [
        {"demands": []},
        {"demands": [{"type": "a", "visits_per_day": -1, "mean_minutes": 3}]},
        {"demands": [{"type": "a", "visits_per_day": 1, "mean_minutes": 3}], "slower": 9},
    ],
)
def test_impossible_figures_are_a_problem_in_words(client: Client, body: object) -> None:
    response = client.post(ADDRESS, body, content_type="application/json")
    assert response.status_code == 422
    assert response.json()["code"] == "workforce.staffing_input_invalid"


def test_kept_halls_are_for_those_who_may_see_them(client: Client) -> None:
    hall = record_hall(
        name="Hall",
        organisation=make_organisation("990100"),
        demands=read_demands_file(EXAMPLE),
        actor=system_actor(),
        at=datetime(2026, 11, 23, tzinfo=UTC),
    )
    assert client.get("/api/v1/halls").status_code == 401
    client.force_login(make_user())
    assert client.get("/api/v1/halls").json() == []
    assert client.get(f"/api/v1/halls/{hall.public_id}/plan").status_code == 403
    client.force_login(make_officer("clerk", organisation=make_organisation("990100")))
    assert [row["name"] for row in client.get("/api/v1/halls").json()] == ["Hall"]
    assert client.get(f"/api/v1/halls/{hall.public_id}/plan").json()["separate"] == 30
