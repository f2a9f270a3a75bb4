"""An officer decides, a stranger checks the certificate, the mother sees who looked at her data."""

from __future__ import annotations

import re

import segno

from tests.journeys.conftest import PHONE, Demo
from tests.journeys.newborn import ITEM, registered


def test_an_officer_decides_anyone_checks_and_the_mother_sees_who_read(demo: Demo) -> None:
    mother = registered(demo)
    number = re.search(r"BJ-\d{4}-\d{5}", mother.page.locator("main").inner_text())
    assert number is not None

    officer = demo.sit_down("handler")
    officer.page.locator(".filters").get_by_role("link", name="办件").click()
    officer.page.get_by_role("link", name=ITEM).click()
    pane = officer.page.locator(".pane")
    assert number[0] in pane.inner_text()
    officer.check()
    pane.get_by_role("button", name="批准", exact=True).click()
    assert f"{number[0]} 这一步办好了" in officer.page.locator(".notice").inner_text()

    mother.page.reload()
    mother.page.get_by_role("link", name="打开证照").click()
    mother.check()
    assert "居民户口登记证明" in mother.page.locator("h1").inner_text()
    short = mother.page.locator(".short").inner_text()
    address = mother.page.get_by_role("link", name="别人查到的样子").get_attribute("href")
    assert address is not None
    assert address.startswith(mother.base)
    drawn = mother.page.locator(".qr svg path[stroke]").get_attribute("d")
    assert f'd="{drawn}"' in segno.make(address, error="m").svg_inline(border=2)

    stranger = demo.sit_down(width=PHONE)
    stranger.page.goto(address)
    assert "是真的，有效" in stranger.page.locator("h1").inner_text()
    stranger.check()
    stranger.open("/services/check/")
    stranger.page.get_by_label("短号").fill(short.replace("-", "").lower())
    stranger.page.get_by_role("button", name="核验").click()
    found = stranger.page.locator("main").inner_text()
    assert "是真的，有效" in found
    assert "临江县公安局" in found
    wrong = stranger.open("/services/check/?number=2222-2222")
    assert wrong.status == 404
    assert "2222-2222" in stranger.page.get_by_role("alert").inner_text()

    mother.open("/ledger/")
    mother.check()
    read = (
        mother.page.locator("main li")
        .filter(has_text="出生医学证明")
        .filter(has_text="临江县公安局")
    )
    by_the_office = read.filter(has_not_text="您本人").first
    assert "母亲身份证号" in by_the_office.inner_text()
    by_the_office.get_by_role("link", name=number[0]).click()
    assert number[0] in mother.page.locator("main").inner_text()
    assert "办好了" in mother.page.locator("h1").inner_text()
