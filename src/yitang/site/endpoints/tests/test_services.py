"""The JSON interface of services: what is public, what needs an account, what is refused."""

from __future__ import annotations

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from yitang.ground.organisations.api import User
from yitang.ground.organisations.tests.factories import make_officer, make_organisation
from yitang.public.services.api import move_application
from yitang.public.services.tests.factories import (
    AT,
    FATHER,
    PHOTO,
    make_draft,
    make_newborn_item,
    make_parent,
    make_submitted,
)


@pytest.fixture
def office() -> User:
    """The officer of the office that decides in 350102."""
    held = make_organisation("350102", name="城东公安分局", duties=("household",))
    return make_officer("handler", organisation=held)


pytestmark = pytest.mark.django_db
BASE = "/api/v1/services"


def post(client: Client, address: str, body: dict[str, object], key: str) -> tuple[int, object]:
    response = client.post(
        BASE + address,
        json.dumps(body),
        content_type="application/json",
        headers={"Idempotency-Key": key},
    )
    return response.status_code, json.loads(response.content)


def test_items_trips_and_datasets_are_public() -> None:
    make_newborn_item()
    client = Client()
    listed = client.get(f"{BASE}/items?q=xsely").json()
    assert listed["items"] == []
    listed = client.get(f"{BASE}/items?q=xselh").json()
    assert [item["code"] for item in listed["items"]] == ["N1"]
    counted = client.get(f"{BASE}/items/N1/trips").json()
    assert [trip["stage"] for trip in counted["after"]] == ["fetch", "hand_in"]
    assert counted["after"][0]["datasets"] == ["births"]
    summary = client.get(f"{BASE}/trips").json()
    assert (summary["average_before"], summary["visits_per_closed_case"]) == (2.0, None)
    assert client.get(f"{BASE}/datasets/next").json()[0]["dataset"] == "births"
    assert client.get(f"{BASE}/datasets/births/items").json()[0]["after"] == 1
    assert client.get(f"{BASE}/items/none/trips").status_code == 404
    assert client.get(f"{BASE}/certificates/AAAAAAAA").status_code == 404


def test_an_application_is_sent_once_and_only_by_its_applicant() -> None:
    draft = make_draft()
    address = f"/applications/{draft.public_id}"
    assert Client().get(BASE + address).status_code == 401
    client = Client()
    client.force_login(
        draft.applicant, backend="allauth.account.auth_backends.AuthenticationBackend"
    )
    shown = client.get(BASE + address).json()
    assert shown["state"] == "draft"
    names = {value["name"]: value["text"] for value in shown["values"]}
    assert names["mother_name"] == "林*芸"
    first = post(client, f"{address}/submit", {}, "key-1")
    assert first[0] == 200
    assert post(client, f"{address}/submit", {}, "key-1") == first
    status, problem = post(client, f"{address}/submit", {}, "key-2")
    assert (status, isinstance(problem, dict) and problem["code"]) == (
        409,
        "services.already_submitted",
    )
    status, _ = post(client, f"{address}/moves", {"verb": "approve"}, "key-3")
    assert status in {403, 409}
    status, moved = post(client, f"{address}/moves", {"verb": "withdraw"}, "key-4")
    assert (status, isinstance(moved, dict) and moved["state"]) == (200, "withdrawn")


def test_a_stranger_learns_nothing() -> None:
    sent = make_submitted()
    stranger = Client()
    stranger.force_login(
        make_parent(FATHER), backend="allauth.account.auth_backends.AuthenticationBackend"
    )
    assert stranger.get(f"{BASE}/applications/{sent.public_id}").status_code == 404


def test_a_photo_is_added_to_an_answer_and_opened(office: User) -> None:
    sent = make_submitted(doubts={"child_name": "林知暖"})
    move_application(
        case_id=sent.case_id or 0, verb="ask_correction", actor=office, at=AT, note="请补"
    )
    client = Client()
    client.force_login(
        sent.applicant, backend="allauth.account.auth_backends.AuthenticationBackend"
    )
    place = f"{BASE}/applications/{sent.public_id}"
    empty = client.post(f"{place}/correction", {"words": ""})
    assert (empty.status_code, empty.json()["code"]) == (422, "services.answer_empty")
    file = SimpleUploadedFile("a.jpg", PHOTO)
    answered = client.post(f"{place}/correction", {"files": [file]}).json()
    assert answered["state"] == "submitted"
    (added,) = answered["attachments"]
    opened = client.post(f"{place}/attachments/{added['id']}/opening")
    assert (opened.content, opened["Content-Type"]) == (PHOTO, "image/jpeg")
