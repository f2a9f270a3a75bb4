"""A data officer registers a source, tries it and fetches it, on pages and over JSON."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.test import Client

from yitang.data.catalogue.api import Dataset
from yitang.data.collection.api import Source, gather_source, register_source, source_of
from yitang.data.collection.errors import FileUnreadable
from yitang.data.collection.tests.factories import (
    AT,
    make_identity_number,
    make_residents,
    resident,
    write_csv,
)
from yitang.ground.ledger.api import entries_of
from yitang.ground.organisations.api import system_actor
from yitang.ground.organisations.tests.factories import make_division, make_officer

from .test_pages import signed_in, text_of

pytestmark = pytest.mark.django_db
TOKEN = "s3cret-" + "token"
PLACE = "https://1.1.1.1/residents"


@pytest.fixture
def residents() -> Dataset:
    make_division("350102")
    return make_residents("residents")


def file_source(residents: Dataset, path: Path, *, rows: int = 3) -> Source:
    write_csv(path, [resident(number) for number in range(1, rows + 1)])
    return register_source(
        dataset=residents, kind="file", location=str(path), actor=system_actor(), at=AT,
        cycle="daily",
    )  # fmt: skip


def test_an_officer_registers_a_source_and_its_password_never_comes_out(
    client: Client, residents: Dataset
) -> None:
    signed_in(client, make_officer("data_officer", organisation=residents.organisation))
    assert "Register a source" in text_of(client, "/collection/sources/")
    said = {"dataset": "residents", "kind": "http_json", "location": PLACE, "mode": "whole",
            "style": "page", "parameter": "p", "secret": TOKEN, "cycle": "weekly"}  # fmt: skip
    refused = client.post("/collection/sources/new/", said | {"parameter": ""})
    assert refused.status_code == 422
    assert TOKEN not in refused.content.decode()
    assert PLACE in refused.content.decode()
    assert client.post("/collection/sources/new/", said).status_code == 302
    source = source_of(residents)
    assert source is not None
    assert (source.secret, source.paging) == (TOKEN, {"style": "page", "parameter": "p"})
    for path in ("/collection/sources/", "/collection/sources/residents/",
                 "/collection/sources/residents/change/"):  # fmt: skip
        page = text_of(client, path, "zh-hans")
        assert TOKEN not in page
        assert "每周" in page
    change = {"kind": "http_json", "location": PLACE, "mode": "whole", "cycle": "daily"}
    assert client.post("/collection/sources/residents/change/", change).status_code == 302
    source.refresh_from_db()
    assert (source.cycle, source.secret) == ("daily", TOKEN)


def test_a_source_is_tried_before_anything_is_taken(
    client: Client, residents: Dataset, tmp_path: Path
) -> None:
    path = tmp_path / "a.csv"
    file_source(residents, path)
    wrong = [resident(1), resident(2, identity_number=make_identity_number(2)[:17] + "#")]
    write_csv(path, wrong)
    officer = make_officer("data_officer", organisation=residents.organisation)
    signed_in(client, officer)
    address = "/collection/sources/residents/"
    response = client.post(f"{address}try/", headers={"accept-language": "en"})
    page = response.content.decode()
    assert "Of the first 2 rows, 1 would be taken." in page
    assert resident(1)[1] not in page
    assert re.search(r"3501\*+", page)
    assert not residents.batches.exists()
    actions = [entry.action for entry in entries_of(str(officer.public_id))]
    assert actions == ["collection.try_source"]
    response = client.post(f"{address}fetch/")
    assert response.status_code == 302
    assert "/collection/receipts/residents-000001" in response["Location"]
    assert "residents-000001" in text_of(client, address)
    path.unlink()
    tried = client.post(f"{address}try/", headers={"accept-language": "zh-hans"})
    assert tried.status_code == 422
    assert "读不了" in tried.content.decode()


def test_what_fails_is_said_in_chinese_with_its_case(
    client: Client, residents: Dataset, tmp_path: Path
) -> None:
    source = register_source(
        dataset=residents, kind="file", location=str(tmp_path / "gone.csv"), cycle="daily",
        actor=system_actor(), at=AT - timedelta(days=9),
    )  # fmt: skip
    for _ in range(4):
        with pytest.raises(FileUnreadable):
            gather_source(source=source, actor=system_actor(), at=AT)
    signed_in(client, make_officer("data_officer", organisation=residents.organisation))
    source.refresh_from_db()
    case = source.case
    assert case is not None
    for path in ("/collection/sources/", "/collection/sources/residents/"):
        page = text_of(client, path, "zh-hans")
        assert case.number in page
        assert "cannot be read" not in page
    assert "逾期" in text_of(client, "/catalogue/residents/", "zh-hans")
    desk = text_of(client, f"/desk/{case.public_id}/", "zh-hans")
    assert "立即取数" in desk


def test_sources_over_json_and_nobody_elses(
    client: Client, residents: Dataset, tmp_path: Path
) -> None:
    file_source(residents, tmp_path / "a.csv")
    signed_in(client, make_officer("data_officer", organisation=residents.organisation))

    def post(path: str, content: object, key: str) -> object:
        response = client.post(
            f"/api/v1/collection/sources/{path}", json.dumps(content),
            content_type="application/json", headers={"idempotency-key": key},
        )  # fmt: skip
        return response.json()

    trial = post("residents/try", {}, "a")
    assert isinstance(trial, dict)
    assert (trial["rows"], trial["accepted"], trial["missing"]) == (3, 3, [])
    fetched = post("residents/fetch", {}, "b")
    assert isinstance(fetched, dict)
    assert len(fetched["receipts"]) == 1
    (listed,) = client.get("/api/v1/collection/sources").json()
    assert (listed["cycle"], listed["late_since"], listed["case"]) == ("daily", None, "")
    (line,) = client.get("/api/v1/collection/sources/residents/fetches").json()
    assert line["outcome"] == "taken"
    made = post("residents", {"kind": "http_json", "location": PLACE, "secret": TOKEN}, "c")
    assert isinstance(made, dict)
    assert made["has_secret"] is True
    assert TOKEN not in json.dumps(made)
    refused = post("residents", {"kind": "file", "location": "/etc/passwd"}, "d")
    assert isinstance(refused, dict)
    assert refused["status"] == 403
    signed_in(client, make_officer("data_officer"))
    assert client.get("/api/v1/collection/sources").json() == []
    assert client.get("/api/v1/collection/sources/residents").status_code == 404
    assert client.post("/collection/sources/residents/fetch/").status_code == 404
    signed_in(client, make_officer("clerk"))
    assert client.get("/collection/sources/").status_code == 403
