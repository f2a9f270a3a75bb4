"""``yitang items`` and ``yitang certificates``: what they print and how they end."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from yitang.ground.organisations.tests.factories import make_officer, make_organisation
from yitang.public.services.api import certificates_of, decide_application
from yitang.public.services.tests.factories import AT, make_submitted, reader
from yitang.site.commands import main

pytestmark = pytest.mark.django_db
ROWS = [
    {
        "code": "A1",
        "name": "取水许可",
        "volume": 10,
        "channels": ["2"],
        "delivery": ["electronic"],
        "visits": 1,
        "materials": [{"name": "营业执照", "form": "1", "dataset": "companies"}],
    },
    {"code": "A2", "name": "另一件", "type": "77"},
]


@pytest.fixture
def items(tmp_path: Path) -> Path:
    path = tmp_path / "items.json"
    path.write_text(json.dumps(ROWS), encoding="utf-8")
    return path


def run(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str]:
    status = main.main(words)
    said = capsys.readouterr()
    return status, said.out + said.err


def test_a_list_is_loaded_checked_counted_and_shared(
    items: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    status, said = run(capsys, "items", "load", str(items))
    assert status == 0
    assert "2 delivered = 1 accepted (1 new, 0 changed, 0 as before) + 1 rejected" in said
    assert "row 2 另一件: type: '77' is not one of" in said
    status, said = run(capsys, "items", "load", str(items), "--json")
    assert json.loads(said)["accepted"] == 1
    status, said = run(capsys, "items", "check")
    assert (status, "say why a visit is needed" in said) == (1, True)
    assert json.loads(run(capsys, "items", "check", "--json")[1])[0]["item"] == "A1"
    assert "1.00 trips a case before sharing, 1.00 now" in run(capsys, "items", "trips")[1]
    assert "10 trips a year" in run(capsys, "items", "next")[1]
    assert "1 -> 0" in run(capsys, "items", "next", "companies")[1]
    assert json.loads(run(capsys, "items", "next", "companies", "--json")[1])[0]["after"] == 0
    assert json.loads(run(capsys, "items", "next", "--json")[1])[0]["items"] == ["A1"]
    counted = json.loads(run(capsys, "items", "trips", "--shared", "companies", "--json")[1])
    assert counted["average_after"] == 0
    codes = tmp_path / "shared.txt"
    codes.write_text("companies\n\n", encoding="utf-8")
    assert "1 datasets newly noted" in run(capsys, "items", "shared", str(codes))[1]
    assert "0.00 now" in run(capsys, "items", "trips")[1]
    status, said = run(capsys, "items", "shared", str(tmp_path / "none.txt"))
    assert (status, said.count("\n")) == (1, 1)
    status, said = run(capsys, "items", "share", "no-such-dataset")
    assert (status, said.count("\n")) == (1, 1)
    assert "no dataset no-such-dataset" in said


def test_a_missing_file_is_one_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    none = tmp_path / "none.json"
    none.write_text(json.dumps([{"a": 1}, {"a": 2}]), encoding="utf-8")
    status, said = run(capsys, "items", "load", str(none))
    assert (status, said.count("  row ")) == (1, 1)
    assert "Not one row is a service item" in said
    status, said = run(capsys, "items", "load", "/no/such/list.json")
    assert (status, said.count("\n")) == (1, 1)
    assert "cannot be read as a list of service items" in said


def test_a_certificate_is_checked_and_handed_over(capsys: pytest.CaptureFixture[str]) -> None:
    office = make_organisation("350102", name="城东公安分局", duties=("household",))
    sent = make_submitted()
    decide_application(
        application_id=sent.pk,
        verb="approve",
        actor=make_officer("handler", organisation=office),
        at=AT,
        read=reader(),
    )
    certificate, _ = certificates_of(sent.applicant)[0]
    status, said = run(capsys, "certificates", "check", certificate.short_number)
    assert (status, "Valid, signature valid" in said) == (0, True)
    status, said = run(capsys, "certificates", "check", certificate.identifier, "--json")
    assert json.loads(said)["is_valid"] is True
    status, said = run(capsys, "certificates", "check", "AAAA-AAAA")
    assert (status, said.count("\n")) == (1, 1)
    status, said = run(capsys, "certificates", "hand-over", office.credit_code)
    assert (status, "1 delivered = 1 accepted + 0 rejected" in said) == (0, True)
