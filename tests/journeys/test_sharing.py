"""A record is asked for, granted and read; the person sees it; nobody can take it back."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.journeys.conftest import DESKTOP, PHONE, VisitAs
from yitang.data.exchange.api import read_record, requests_of
from yitang.data.exchange.tests.factories import (
    AT,
    MOTHER,
    home_of_its_own,
    make_births,
    make_police,
)
from yitang.ground.organisations.api import create_user, system_actor
from yitang.ground.organisations.tests.factories import make_officer
from yitang.ground.plumbing.api import now, settings


@pytest.fixture(autouse=True)
def own_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    with home_of_its_own(tmp_path, monkeypatch):
        yield


def test_from_the_request_to_the_entry_that_cannot_be_altered_unseen(
    visit: VisitAs, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    births, police = make_births(), make_police()
    officer = visit(make_officer("data_officer", organisation=police), width=DESKTOP, language="en")
    officer.open("/exchange/new/")
    officer.check()
    officer.page.get_by_role("link", name=births.name).click()
    officer.check()
    page = officer.page
    for label in ("新生儿姓名", "出生日期", "母亲身份证号"):
        page.get_by_label(label).check()
    for label in ("Purpose", "Basis of use", "Scene of use", "Scope of use"):
        page.get_by_label(label, exact=True).fill("新生儿落户")
    page.get_by_label("Needed until").fill("2099-12-31")
    page.get_by_role("button", name="Keep the draft").click()
    officer.check()
    address = page.url.removeprefix(officer.base)

    for role, organisation, move in (
        ("sharing_head", police, "Submit"),
        ("sharing_head", births.organisation, "Agree"),
        ("data_officer", births.organisation, "Supply"),
    ):
        here = visit(make_officer(role, organisation=organisation), language="en")
        here.open(address)
        here.page.get_by_role("button", name=move).click()
        here.check()
    here.page.get_by_role("link", name="The grant and every use of it").click()
    here.check()

    (asked,) = requests_of(system_actor()).rows
    read_record(
        grant=asked.grant, key=MOTHER, matter=None, purpose="新生儿落户", actor=system_actor(),
        at=now(),
    )  # fmt: skip
    mother = visit(create_user(username="lin", at=AT, identity_number=MOTHER), width=PHONE)
    mother.open("/ledger/")
    mother.check()
    assert mother.page.get_by_text("闽海省公安厅").is_visible()
    assert mother.page.get_by_text("新生儿姓名、出生日期、母亲身份证号").is_visible()

    demo = replace(settings(), home=tmp_path, demo=True)
    for module in ("ground.ledger.actions.settings", "site.web.context.settings"):
        monkeypatch.setattr(f"yitang.{module}", lambda: demo)
    auditor = visit(make_officer("audit_admin"), language="en")
    auditor.open("/ledger/verification/")
    auditor.page.get_by_role("button", name="Change one byte").click()
    auditor.page.get_by_role("button", name="Verify now").click()
    auditor.check()
    assert auditor.page.get_by_text("1 line is not what was confirmed.").is_visible()
    mother.open("/ledger/")
    assert mother.page.get_by_text("这一笔被改动过").is_visible()
    auditor.page.get_by_role("button", name="Put the byte back").click()
    auditor.page.get_by_role("button", name="Verify now").click()
    assert auditor.page.get_by_text("Whole.").is_visible()
