from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.test import Client

from yitang.ground.casework.tests.factories import AT, PERMIT, make_case, registered
from yitang.ground.organisations.tests.factories import make_officer, make_organisation

pytestmark = pytest.mark.django_db
ADDRESS = "/api/v1/cases"


@pytest.fixture(autouse=True)
def permits() -> Iterator[None]:
    with registered(PERMIT), time_machine.travel(AT, tick=False):
        yield


def post(client: Client, path: str, body: dict[str, Any]) -> Any:
    return client.post(f"{ADDRESS}/{path}", body, content_type="application/json")


def test_a_holder_lists_pauses_extends_and_assigns_a_case() -> None:
    organisation = make_organisation()
    holder = make_officer("handler", organisation=organisation)
    case = make_case(state="accepted", organisation=organisation)
    client = Client()
    assert client.get(ADDRESS).status_code == 401
    client.force_login(holder)
    page = client.get(ADDRESS, {"box": "organisation"}).json()
    assert [row["number"] for row in page["cases"]] == [case.number]
    assert client.get(f"{ADDRESS}/counts").json()["boxes"]["organisation"] == 1
    one = client.get(f"{ADDRESS}/{case.public_id}").json()
    assert (one["verbs"], one["urgency"]) == (["grant", "refuse"], "in_time")
    paused = post(client, f"{case.public_id}/pause", {"reason": "hearing"}).json()
    assert (paused["is_paused"], paused["due_at"]) == (True, None)
    post(client, f"{case.public_id}/resume", {})
    wrong = post(client, f"{case.public_id}/extend", {"term": "soon", "reason": "survey"})
    assert (wrong.status_code, wrong.json()["code"]) == (422, "base.invalid_input")
    longer = post(client, f"{case.public_id}/extend", {"term": "5wd", "reason": "survey"}).json()
    assert longer["due_at"] > one["due_at"]
    post(client, f"{case.public_id}/note", {"note": "called"})
    given = post(
        client,
        f"{case.public_id}/assign",
        {"organisation": str(organisation.public_id), "assignee": str(holder.public_id)},
    )
    assert given.status_code == 200
    lines = client.get(f"{ADDRESS}/{case.public_id}").json()["history"]
    assert [line["kind"] for line in lines] == [
        "opened", "paused", "resumed", "extended", "noted", "assigned",
    ]  # fmt: skip


def test_a_case_outside_the_scope_is_not_found() -> None:
    case = make_case(organisation=make_organisation())
    client = Client()
    client.force_login(make_officer("handler"))
    assert client.get(f"{ADDRESS}/{case.public_id}").status_code == 404
    assert post(client, f"{case.public_id}/note", {"note": "x"}).status_code == 404
