"""The chimneys' pages and JSON: seen by right, decided by the authority, refused to others."""

from __future__ import annotations

import pytest
from django.test import Client

from yitang.data.catalogue.api import items_of
from yitang.data.catalogue.tests.factories import make_dataset
from yitang.data.collection.api import Overlap
from yitang.data.collection.tests.factories import make_overlap
from yitang.ground.organisations.api import User
from yitang.ground.organisations.tests.factories import make_officer, make_organisation

from .test_pages import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def overlap() -> Overlap:
    left = make_dataset("pupils", organisation=make_organisation(), name="中小学学籍")
    right = make_dataset("checks", organisation=make_organisation(), name="学生健康档案")
    return make_overlap(left, right)


@pytest.fixture
def head() -> User:
    return make_officer("sharing_head", organisation=make_organisation(name="数据局"))


def test_the_page_shows_the_evidence_and_takes_the_decision(
    client: Client, overlap: Overlap, head: User
) -> None:
    signed_in(client, head)
    listed = client.get("/collection/overlaps/").content.decode()
    assert "中小学学籍" in listed
    address = f"/collection/overlaps/{overlap.public_id}/"
    page = client.get(address).content.decode()
    table = page.replace(" ", "").partition("<tbody>")[2]
    labels = {item.name: item.label for item in items_of(overlap.left)}
    assert "93%" in table.partition("</tr>")[0]  # the key first, under its label
    assert labels["identity_number"] in table.partition("</tr>")[0]
    assert "98%" in table.partition("</tr>")[2]
    assert client.post(f"{address}decide/", {"verb": "burn"}).status_code == 422
    answer = client.post(
        f"{address}decide/", {"verb": "confirm", "source": "checks", "note": "议定"}
    )
    assert answer.status_code == 302
    overlap.refresh_from_db()
    assert (overlap.state, overlap.source.code) == ("confirmed", "checks")
    assert "议定" in client.get(address).content.decode()


def test_a_data_officer_sees_their_own_and_decides_nothing(
    client: Client, overlap: Overlap
) -> None:
    owner = make_officer("data_officer", organisation=overlap.left.organisation)
    other = make_officer("data_officer", organisation=make_organisation())
    address = f"/collection/overlaps/{overlap.public_id}/"
    signed_in(client, owner)
    assert client.get(address).status_code == 200
    assert client.post(f"{address}decide/", {"verb": "dismiss"}).status_code == 403
    signed_in(client, other)
    assert client.get(address).status_code == 404
    assert "中小学学籍" not in client.get("/collection/overlaps/").content.decode()


def test_the_same_over_json(client: Client, overlap: Overlap, head: User) -> None:
    signed_in(client, head)
    (row,) = client.get("/api/v1/overlaps").json()
    assert (row["left"], row["right"], row["source"]) == ("pupils", "checks", "pupils")
    assert row["key"] == ["identity_number", "identity_number"]
    address = f"/api/v1/overlaps/{row['id']}/decisions"
    wrong = client.post(address, {"verb": "stop"}, "application/json", HTTP_IDEMPOTENCY_KEY="a")
    assert wrong.status_code == 409
    assert wrong.json()["code"] == "collection.overlap_decided"
    right = client.post(address, {"verb": "confirm"}, "application/json", HTTP_IDEMPOTENCY_KEY="b")
    assert right.json()["state"] == "confirmed"
