from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from django.test import Client

from yitang.data.catalogue.tests.factories import make_dataset
from yitang.ground.ledger.api import anchor, record
from yitang.ground.organisations.api import create_user
from yitang.ground.organisations.tests.factories import make_officer
from yitang.ground.plumbing.api import blind_index, settings

pytestmark = pytest.mark.django_db(transaction=True)
AT = datetime(2026, 11, 20, 1, 30, tzinfo=UTC)
NUMBER = "110101199003070134"


@pytest.fixture(autouse=True)
def own_ledger(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path_factory.mktemp("ledger")
    for module in ("actions", "queries"):
        monkeypatch.setattr(f"yitang.ground.ledger.{module}.ledger_folder", lambda: folder)


def read(organisation: str = "闽海省公安厅", *, number: str = NUMBER, **values: str) -> None:
    record(
        actor="0198",
        organisation=organisation,
        action=values.get("action", "exchange.read"),
        purpose="新生儿出生登记",
        subject_index=blind_index(number),
        dataset=values.get("dataset", ""),
        details={"fields": "name, birth_date"},
        at=AT,
    )


@pytest.fixture
def citizen(client: Client) -> Client:
    client.force_login(create_user(username="lin", at=AT, identity_number=NUMBER))
    return client


def test_citizens_see_who_read_their_record_and_nobody_elses(citizen: Client) -> None:
    make_dataset("police-residents")
    read(dataset="police-residents")
    read("别的单位", number="110101199003070257")
    text = citizen.get("/ledger/", headers={"accept-language": "en"}).content.decode()
    assert "闽海省公安厅" in text
    assert "常住人口登记信息" in text
    assert "姓名, 出生日期" in text
    assert "新生儿出生登记" in text
    assert "别的单位" not in text


def test_a_refusal_is_shown_and_long_lists_go_on(citizen: Client) -> None:
    for _ in range(31):
        read()
    read(action="exchange.denied")
    page = citizen.get("/ledger/", headers={"accept-language": "en"})
    assert "and was refused" in page.content.decode()
    before = page.context["next"]
    later = citizen.get(f"/ledger/?before={before}")
    assert len(later.context["rows"]) == 2


def test_without_an_identity_number_or_a_sign_in_there_is_nothing_to_show(client: Client) -> None:
    assert client.get("/ledger/").status_code == 302
    client.force_login(create_user(username="nobody", at=AT))
    page = client.get("/ledger/", headers={"accept-language": "en"})
    assert "We do not know your identity number" in page.content.decode()


def test_the_audit_administrator_verifies_and_others_may_not(citizen: Client) -> None:
    read()
    assert citizen.post("/ledger/verification/").status_code == 403
    auditor = Client()
    auditor.force_login(make_officer("audit_admin"))
    text = auditor.get("/ledger/verification/", headers={"accept-language": "en"}).content.decode()
    assert "Whole." not in text
    page = auditor.post("/ledger/verification/", headers={"accept-language": "en"})
    assert "Whole." in page.content.decode()
    assert auditor.post("/ledger/verification/alter/").status_code == 403  # not in a demo


def test_in_the_demo_a_byte_is_changed_named_and_put_back(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    read()
    demo = replace(settings(), demo=True)
    monkeypatch.setattr("yitang.ground.ledger.actions.settings", lambda: demo)
    client.force_login(make_officer("audit_admin"))
    assert client.post("/ledger/verification/alter/").status_code == 302
    problems = client.post("/ledger/verification/").context["result"].problems
    assert [problem.kind for problem in problems] == ["changed"]
    noted = client.get("/ledger/verification/").context["state"].last_run
    assert noted.problems == 1
    assert client.post("/ledger/verification/restore/").status_code == 302
    assert client.get("/ledger/verification/").context["state"].last_run.problems == 0
    assert client.post("/ledger/verification/").context["result"].ok


def test_the_last_anchor_stands_in_the_readers_time(client: Client) -> None:
    read()
    anchor(datetime(2026, 11, 23, 2, 42, tzinfo=UTC))
    client.force_login(make_officer("audit_admin"))
    page = client.get("/ledger/verification/").content.decode()
    assert "第 1 次，" in page  # counted as people count
    assert "10:42" in page
    assert "2026-11-23T02:42" not in page


def test_the_same_over_json(citizen: Client) -> None:
    read()
    (entry,) = citizen.get("/api/v1/ledger/mine").json()
    assert (entry["organisation"], entry["fields"]) == ("闽海省公安厅", "name, birth_date")
    assert citizen.post("/api/v1/ledger/verification").status_code == 403
    auditor = Client()
    auditor.force_login(make_officer("audit_admin"))
    assert auditor.post("/api/v1/ledger/verification").json()["ok"]
    assert Client().get("/api/v1/ledger/mine").status_code == 401
