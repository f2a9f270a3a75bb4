"""Parts of pages: what a script asks for, and what it gets when it may not have it."""

from __future__ import annotations

import pytest
from django.test import Client

from yitang.ground.casework.tests.factories import PERMIT, make_case, registered
from yitang.ground.organisations.api import Organisation
from yitang.ground.organisations.tests.factories import (
    make_division,
    make_officer,
    make_organisation,
)

pytestmark = pytest.mark.django_db


def asked_for(target: str) -> dict[str, str]:
    return {"HX-Request": "true", "HX-Target": target, "Accept-Language": "en"}


@pytest.fixture
def office() -> Organisation:
    make_division("350000", name="Minhai")
    return make_organisation("350102")


@pytest.fixture
def officer(client: Client, office: Organisation) -> Client:
    client.force_login(make_officer("handler", organisation=office))
    return client


@pytest.mark.parametrize(
    ("path", "target"),
    [
        ("/services/?q=x", "found"),
        ("/services/?q=x", "suggested"),
        ("/catalogue/?q=x", "found"),
        ("/cockpit/", "live"),
    ],
)
def test_a_script_gets_the_part_and_everyone_else_the_page(
    officer: Client, office: Organisation, path: str, target: str
) -> None:
    officer.force_login(make_officer("leader", organisation=office))
    part = officer.get(path, headers=asked_for(target)).content.decode()
    whole = officer.get(path, headers=asked_for("elsewhere")).content.decode()
    assert part
    assert "<html" not in part
    assert "<html" in whole


def test_nothing_is_suggested_before_a_word_is_typed(client: Client) -> None:
    assert client.get("/services/?q=", headers=asked_for("suggested")).content == b""


def test_a_chosen_row_brings_its_pane_alone(officer: Client, office: Organisation) -> None:
    with registered(PERMIT):
        case = make_case(title="Cover is missing", organisation=office)
        address = f"/desk/{case.public_id}/"
        pane = officer.get(address, headers=asked_for("case"))
        restored = officer.get(
            address, headers=asked_for("case") | {"HX-History-Restore-Request": "true"}
        )
    assert "Cover is missing" in pane.content.decode()
    assert "worklist" not in pane.content.decode()
    assert "<html" in restored.content.decode()


def test_a_refusal_becomes_a_page_of_its_own(client: Client) -> None:
    boosted = asked_for("case") | {"HX-Boosted": "true"}
    refused = client.get("/desk/?box=late", headers=boosted)
    assert (refused.status_code, refused["HX-Redirect"]) == (401, "/desk/?box=late")
    polled = client.get(
        "/cockpit/",
        headers=asked_for("live") | {"HX-Current-URL": "http://testserver/cockpit/?a=1"},
    )
    assert polled["HX-Redirect"] == "/cockpit/?a=1"
    assert "HX-Redirect" not in client.get("/desk/")


def test_what_was_written_too_late_is_shown_again(client: Client) -> None:
    refused = client.post(
        "/desk/0197c3a0-0000-7000-8000-000000000000/note/",
        {"note": "Somebody looked at it on Monday", "query": "box=organisation", "verb": "answer"},
        headers={"Accept-Language": "en"},
    )
    text = refused.content.decode()
    assert refused.status_code == 401
    assert "Somebody looked at it on Monday</textarea>" in text
    assert "box=organisation</textarea>" not in text
