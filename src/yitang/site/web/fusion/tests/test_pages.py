"""The foundation databases in the browser: counts for many, one person for a purpose."""

from __future__ import annotations

import pytest
from django.test import Client

from yitang.data.fusion.api import fuse_population, person_id_of
from yitang.data.fusion.tests.factories import ANNA, AT, BO, hand_all
from yitang.ground.ledger.api import entries_about
from yitang.ground.organisations.api import User, system_actor
from yitang.ground.organisations.tests.factories import make_officer, make_organisation
from yitang.ground.plumbing.api import blind_index

pytestmark = pytest.mark.django_db


def signed_in(client: Client, user: User) -> Client:
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def test_coverage_and_conflicts_are_shown_masked(client: Client) -> None:
    signed_in(client, make_officer("leader"))
    empty = client.get("/fusion/", headers={"accept-language": "en"})
    assert "Not fused yet" in empty.content.decode()
    hand_all()
    fuse_population(actor=system_actor(), at=AT)
    page = client.get("/fusion/", headers={"accept-language": "zh-hans"}).content.decode()
    assert "人口基础库" in page
    assert "说法不一" in page
    assert "60–79" in page
    assert "博" not in page
    assert ANNA not in page
    assert person_id_of(BO) not in page  # leaders open nobody
    signed_in(client, make_officer("clerk"))
    assert client.get("/fusion/").status_code == 403
    client.logout()
    assert client.get("/fusion/").status_code in {302, 401, 403}


def test_a_person_is_shown_field_by_field_after_a_purpose(client: Client) -> None:
    hand_all()
    fuse_population(actor=system_actor(), at=AT)
    officer = make_officer("data_officer", organisation=make_organisation("350102"))
    signed_in(client, officer)
    assert person_id_of(BO) in client.get("/fusion/").content.decode()
    address = f"/fusion/people/{person_id_of(ANNA)}/"
    asked = client.get(address, headers={"accept-language": "en"})
    assert "What do you need it for?" in asked.content.decode()
    assert entries_about(blind_index(ANNA)) == []
    english = {"accept-language": "en"}
    response = client.post(address, {"purpose": "核对姓名"}, headers=english)
    page = response.content.decode()
    assert "东街1号" in page
    assert "南街3号" in page
    assert "Sources disagree on" in page
    assert "This look was written into the ledger" in page
    assert ANNA not in page
    (entry,) = entries_about(blind_index(ANNA))
    assert entry.purpose == "核对姓名"


@pytest.mark.parametrize(
    ("number", "purpose", "status", "said"),
    [
        (ANNA, "", 422, "Please fill this in"),
        (ANNA[:17] + "?", "核对姓名", 422, "check digit"),
        ("11010519491231002X", "核对姓名", 404, "nobody like that"),
    ],
)
def test_what_cannot_be_opened_is_said_and_not_recorded(
    client: Client, number: str, purpose: str, status: int, said: str
) -> None:
    hand_all()
    fuse_population(actor=system_actor(), at=AT)
    signed_in(client, make_officer("data_officer", organisation=make_organisation("350102")))
    response = client.post(
        "/fusion/people/",
        {"identity_number": number, "purpose": purpose},
        headers={"accept-language": "en"},
    )
    assert response.status_code == status
    assert said in response.content.decode()
    assert entries_about(blind_index(number)) == []


def test_the_json_interface_says_the_same_and_records_it(client: Client) -> None:
    hand_all()
    fuse_population(actor=system_actor(), at=AT)
    signed_in(client, make_officer("data_officer", organisation=make_organisation("350102")))
    report = client.get("/api/v1/fusion/bases/population").json()
    assert (report["entities"], report["unmatched"]) == (4, 3)
    assert client.get("/api/v1/fusion/bases/none").status_code == 404
    body = {"identity_number": ANNA, "purpose": "核对姓名"}
    found = client.post("/api/v1/fusion/people/open", body, content_type="application/json")
    assert ANNA not in found.content.decode()
    fields = {field["name"]: field for field in found.json()["fields"]}
    assert fields["address"]["value"] == "东街1号"
    assert len(entries_about(blind_index(ANNA))) == 1
    signed_in(client, make_officer("leader"))
    refused = client.post("/api/v1/fusion/people/open", body, content_type="application/json")
    assert refused.status_code == 403
