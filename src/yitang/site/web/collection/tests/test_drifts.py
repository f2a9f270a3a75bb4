"""Columns that are not as they were, on the page and as JSON: seen by right, decided."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.test import Client

from yitang.data.catalogue.api import Dataset
from yitang.data.collection.api import drifts, gather_file
from yitang.data.collection.errors import ColumnsDrifted
from yitang.data.collection.tests.factories import AT, HEADER, make_residents, resident, write_csv
from yitang.ground.organisations.api import User, system_actor
from yitang.ground.organisations.tests.factories import (
    make_division,
    make_officer,
    make_organisation,
)

from .test_pages import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def residents() -> Dataset:
    make_division("350102")
    return make_residents()


@pytest.fixture
def officer(residents: Dataset) -> User:
    return make_officer("data_officer", organisation=residents.organisation)


def gather(folder: Path, header: list[str], first: int = 0, width: int = 9) -> None:
    rows = [[*resident(first + number), "x"][:width] for number in range(3)]
    path = write_csv(folder / f"{first}.csv", [row[: len(header)] for row in rows], header=header)
    gather_file(dataset="residents", path=path, actor=system_actor(), at=AT)


def test_a_further_column_is_shown_and_decided_by_its_department_alone(
    client: Client, tmp_path: Path, residents: Dataset, officer: User
) -> None:
    gather(tmp_path, [*HEADER, "备注"])
    (waiting,) = drifts(officer)
    address = f"/collection/columns/{waiting.public_id}/decide/"
    head = make_officer("sharing_head", organisation=residents.organisation)
    signed_in(client, head)
    page = client.get("/collection/columns/").content.decode()
    assert "备注" in page
    assert address not in page
    assert client.post(address, {"verb": "ignore"}).status_code == 403
    signed_in(client, make_officer("data_officer", organisation=make_organisation()))
    assert "备注" not in client.get("/collection/columns/").content.decode()
    assert client.post(address, {"verb": "ignore"}).status_code == 404
    signed_in(client, officer)
    assert address in client.get("/collection/columns/").content.decode()
    assert "/collection/columns/" in client.get("/collection/").content.decode()
    assert client.post(address, {"verb": "burn"}).status_code == 422
    assert client.post(address, {"verb": "ignore", "note": "不用"}).status_code == 302
    assert client.post(address, {"verb": "ignore"}).status_code == 409
    assert "备注" in client.get("/collection/columns/?state=ignored").content.decode()
    receipt = waiting.batch
    assert receipt is not None
    shown = client.get(f"/collection/receipts/{receipt.number}/").content.decode()
    assert "/collection/columns/?dataset=residents" in shown


def test_a_stopped_batch_lies_on_the_desk_and_is_taken_there(
    client: Client, tmp_path: Path, residents: Dataset, officer: User
) -> None:
    gather(tmp_path, HEADER)
    renamed = [*HEADER[:3], "出生年月日", *HEADER[4:]]
    with pytest.raises(ColumnsDrifted):
        gather(tmp_path, renamed, first=10)
    (waiting,) = drifts(officer)
    assert waiting.case is not None
    signed_in(client, officer)
    desk = client.get("/desk/", headers={"accept-language": "zh-hans"}).content.decode()
    assert waiting.case.number in desk
    page = client.get(f"/desk/{waiting.case.public_id}/", headers={"accept-language": "zh-hans"})
    assert "可能就是出生年月日" in page.content.decode()
    columns = client.get("/collection/columns/").content.decode()
    assert waiting.case.number in columns
    (row,) = client.get("/api/v1/collection/columns").json()
    assert (row["kind"], row["column"], row["case"]) == (
        "renamed", "出生年月日", waiting.case.number,
    )  # fmt: skip
    decided = client.post(
        f"/api/v1/collection/columns/{row['id']}/decisions",
        {"verb": "take"},
        "application/json",
        HTTP_IDEMPOTENCY_KEY="a",
    )
    assert decided.json()["state"] == "taken"
    gather(tmp_path, renamed, first=10)
