from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from yitang.ground.casework.api import supervise_cases
from yitang.ground.ledger.api import entries_for
from yitang.ground.organisations.tests.factories import (
    make_officer,
    make_organisation,
    make_user,
)
from yitang.public.hotline.api import (
    Appeal,
    Rate,
    appeal_by_number,
    appeal_for,
    dispatch_appeal,
    refer_appeal,
    three_rates,
)
from yitang.public.hotline.rules import Rates
from yitang.public.hotline.tests.factories import (
    AT,
    HOME,
    Province,
    make_appeal,
    make_model,
    make_province,
)
from yitang.site.web.hotline import calls, deliveries, office, places, public
from yitang.site.web.hotline.office import make_move
from yitang.site.web.hotline.rates import Line
from yitang.site.web.hotline.words import place_word

pytestmark = pytest.mark.django_db


ANSWER = "水箱已清洗，业主13805912345，值班 0591-87654321"


@pytest.fixture(autouse=True)
def here(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    """A hotline that works for the sample of a province, at nine on a Monday."""

    class Place:
        division = HOME
        files = tmp_path
        open_limit = 10

    for module in (calls, deliveries, office, places, public):
        monkeypatch.setattr(module, "settings", lambda: Place)
    with time_machine.travel(AT, tick=False):
        yield


@pytest.fixture
def province() -> Province:
    return make_province()


def signed_in(user: Any) -> Client:
    client = Client()
    client.force_login(user)
    return client


def file(client: Client, **fields: str) -> str:
    """File an appeal on the page; its short number."""
    answer = client.post("/hotline/file/", {"text": "临江县自来水有异味"} | fields)
    assert answer.status_code == 302, answer.content.decode()
    return answer["Location"].split("/")[3]


def test_an_appeal_is_filed_without_signing_in_and_followed_by_its_number(
    province: Province, client: Client
) -> None:
    page = client.get("/hotline/").content.decode()
    assert "有事您说" in page
    once = re.findall(r'name="once" value="([^"]+)"', page)[0]
    number = file(client, once=once)
    assert file(client, once=once) == number  # sent twice it is one
    appeal = appeal_by_number(number)
    followed = client.get(f"/hotline/a/{number}/?new=1").content.decode()
    assert "再转给经办单位" not in followed
    nowhere = file(client, text="自来水有异味", place="华景苑")
    assert "再转给经办单位" in client.get(f"/hotline/a/{nowhere}/?new=1").content.decode()
    assert f"{number[:4]}-{number[4:]}" in followed
    assert "省12345热线" in followed
    assert followed.index("<h1>") < followed.index("<h2>")
    looked_up = client.get("/hotline/follow/", {"number": f" {number[:4]}-{number[4:]}".lower()})
    assert looked_up["Location"] == f"/hotline/a/{number}/"
    assert appeal.caller_name is None
    unknown = client.get("/hotline/follow/", {"number": "no thing"})
    assert unknown.status_code == 404
    assert 'value="no thing"' in unknown.content.decode()  # what was typed stays in its field


def test_a_wrong_form_keeps_what_was_written_and_says_what_is_wrong(
    province: Province, client: Client
) -> None:
    answer = client.post("/hotline/file/", {"text": "停水了", "mobile": "12"})
    page = answer.content.decode()
    assert (answer.status_code, "停水了" in page) == (422, True)
    assert "带区号的座机" in page
    assert 'tabindex="-1" autofocus id="errors"' in page  # where the keyboard goes on
    empty = client.post("/hotline/file/", {"text": " "})
    assert 'id="id_text-error"' in empty.content.decode()


def test_a_signed_in_citizen_is_not_asked_who_they_are(province: Province) -> None:
    citizen = make_user("citizen1")
    client = signed_in(citizen)
    assert 'name="mobile"' not in client.get("/hotline/").content.decode()
    number = file(client)
    assert "临江县自来水有异味" in client.get("/hotline/").content.decode()
    assert appeal_by_number(number).filed_by == citizen


def test_an_agent_writes_down_what_a_caller_says(province: Province) -> None:
    agent = signed_in(province.agent)
    assert "接电话登记" in agent.get("/hotline/queue/").content.decode()
    page = agent.get("/hotline/take/").content.decode()
    once = re.findall(r'name="once" value="([^"]+)"', page)[0]
    said = {"text": "临江县自来水有异味", "name": "陈阿姨", "mobile": "13800000000", "once": once}
    taken = agent.post("/hotline/take/", said)
    assert agent.post("/hotline/take/", said)["Location"] == taken["Location"]  # one call
    appeal = appeal_for(province.agent, UUID(taken["Location"].split("/")[3]))
    assert (appeal.channel, appeal.caller_name, appeal.filed_by) == ("phone", "陈阿姨", None)
    shown = agent.get(taken["Location"]).content.decode()
    assert appeal.short_number[:4] + "-" + appeal.short_number[4:] in shown
    assert str(province.agent) in shown  # who took it
    assert "陈阿姨" not in shown
    assert agent.post("/hotline/take/", said | {"mobile": "12"}).status_code == 422
    wide = agent.post("/hotline/take/", said | {"mobile": "+86 １３８ 0000 0001", "once": ""})
    appeal = appeal_for(province.agent, UUID(wide["Location"].split("/")[3]))
    assert appeal.caller_mobile == "13800000001"
    asked = agent.get(
        "/hotline/follow/", {"number": f"{appeal.short_number[:4]}－{appeal.short_number[4:]}"}
    )
    assert asked["Location"].endswith(f"/{appeal.short_number}/")
    leader = signed_in(make_officer("leader", organisation=province.hotline))
    assert leader.get("/hotline/take/").status_code == 403


def test_the_dispatcher_sends_the_office_answers_and_the_caller_says_whether_it_helped(
    province: Province, client: Client, tmp_path: Path
) -> None:
    client.force_login(make_user())
    number = file(client)
    make_model(tmp_path)  # learnt since, so that the queue offers an office by itself
    appeal = appeal_by_number(number)
    dispatcher, handler = signed_in(province.dispatcher), signed_in(province.handler)
    assert dispatcher.get("/hotline/")["Location"] == "/hotline/queue/"
    queue = dispatcher.get("/hotline/queue/").content.decode()
    assert appeal.title in queue
    assert "派给临江县水务局" in queue
    page = dispatcher.get(f"/hotline/appeals/{appeal.public_id}/").content.decode()
    assert "临江县水务局" in page
    address = f"/hotline/appeals/{appeal.public_id}"
    refused = dispatcher.post(f"{address}/send/", {"organisation": ""})
    assert refused.status_code == 422
    button = re.search(r'name="once" value="([0-9a-f-]{36})"', queue)
    assert button
    form = {"organisation": str(province.water.public_id), "division": "350102"}
    for _ in range(2):  # a button pressed twice sends once
        once = form | {"tier": "general", "once": button[1]}
        assert dispatcher.post(f"{address}/send/", once).status_code == 302
    assert dispatcher.post(f"{address}/send/", form | {"tier": "general"}).status_code == 409
    assert "签收" in handler.get(f"{address}/").content.decode()
    for verb, note in (("sign", ""), ("contact", ""), ("answer", ANSWER)):
        assert handler.post(f"{address}/move/", {"verb": verb, "note": note}).status_code == 302
    followed = client.get(f"/hotline/a/{number}/").content.decode()
    stranger = Client().get(f"/hotline/a/{number}/").content.decode()  # who knows the number
    assert "水箱已清洗，业主〔手机号〕，值班 0591-87654321" in stranger
    assert ANSWER in handler.get(f"{address}/").content.decode()
    assert ANSWER in client.get(f"/hotline/a/{number}/").content.decode()  # who filed it
    assert "帮上忙了吗" in followed
    unfinished = client.post(f"/hotline/a/{number}/helped/", {"contacted": "yes"})
    assert unfinished.status_code == 422
    said = {"contacted": "yes", "solved": "no", "satisfied": "no"}
    assert client.post(f"/hotline/a/{number}/helped/", said).status_code == 302
    assert appeal_by_number(number).case.state == "reopened"
    handler.post(f"{address}/move/", {"verb": "answer", "note": "换了水管"})
    said = {"contacted": "yes", "solved": "yes", "satisfied": "yes", "once": "k"}
    agent = signed_in(province.agent)
    assert agent.post(f"{address}/call-back/", {"contacted": "yes"}).status_code == 422
    assert agent.post(f"{address}/call-back/", said).status_code == 302
    assert agent.post(f"{address}/call-back/", said).status_code == 302  # twice is once
    closed = appeal_by_number(number)
    assert (closed.case.state, closed.call_backs.count()) == ("closed", 2)
    leader = signed_in(make_officer("leader", organisation=province.hotline))
    assert leader.get("/hotline/")["Location"] == "/hotline/rates/"
    shown = leader.get("/hotline/rates/?days=7").content.decode()
    assert "100.0%" in shown
    assert "临江县" in shown


def test_nobody_answering_the_telephone_closes_without_an_assessment(province: Province) -> None:
    appeal = make_appeal("临江县停电")
    dispatcher, handler = signed_in(province.dispatcher), signed_in(province.handler)
    address = f"/hotline/appeals/{appeal.public_id}"
    dispatcher.post(f"{address}/send/", {"organisation": str(province.water.public_id)})
    handler.post(f"{address}/move/", {"verb": "return", "note": "供电公司负责"})
    assert "裁定" in dispatcher.get(f"{address}/").content.decode()
    dispatcher.post(
        f"{address}/send/", {"organisation": str(province.water.public_id), "note": "水泵停电"}
    )
    for verb, note in (("sign", ""), ("answer", "已恢复")):
        handler.post(f"{address}/move/", {"verb": verb, "note": note})
    dispatcher.post(f"{address}/call-back/", {"unreached": "1"})
    found = Appeal.objects.get(pk=appeal.pk)
    assert found.case.state == "closed"
    assert three_rates(since=AT, until=AT.replace(hour=23)).solved.denominator == 0


def test_a_caller_is_masked_until_opened_and_the_opening_is_recorded(province: Province) -> None:
    appeal = make_appeal("临江县自来水浑浊", name="林晓梅", mobile="13800138000")
    agent = signed_in(province.agent)
    address = f"/hotline/appeals/{appeal.public_id}"
    masked = agent.get(f"{address}/").content.decode()
    assert "林*梅" in masked
    assert "13800138000" not in masked
    assert agent.post(f"{address}/caller/", {"purpose": ""}).status_code == 422
    opened = agent.post(f"{address}/caller/", {"purpose": "约定上门时间"})
    assert "13800138000" in opened.content.decode()
    assert "no-store" in opened["Cache-Control"]
    assert [entry.purpose for entry in entries_for(appeal.reference)] == ["约定上门时间"]


def test_pages_of_offices_are_closed_to_citizens_and_strangers(province: Province) -> None:
    appeal = make_appeal()
    address = f"/hotline/appeals/{appeal.public_id}/"
    assert Client().get(address).status_code in {302, 401}
    assert signed_in(make_user("c")).get(address).status_code == 403
    assert signed_in(make_officer("handler")).get(address).status_code == 404
    assert signed_in(province.handler).get("/hotline/rates/").status_code == 403


def test_the_desk_shows_an_appeal_and_signs_for_it(province: Province) -> None:
    appeal = make_appeal("临江县自来水浑浊", name="林晓梅")
    dispatcher, handler = signed_in(province.dispatcher), signed_in(province.handler)
    case = appeal.case
    page = dispatcher.get(f"/desk/{case.public_id}/").content.decode()
    assert "林*梅" in page
    dispatcher.post(
        f"/hotline/appeals/{appeal.public_id}/send/",
        {"organisation": str(province.water.public_id)},
    )
    desk = handler.get("/desk/?box=organisation").content.decode()
    assert case.number in desk
    seen = appeal_for(province.handler, appeal.public_id)
    assert seen.unit == province.water


def test_a_dropped_file_is_taken_in_and_its_wrong_rows_are_named(province: Province) -> None:
    dispatcher = signed_in(province.dispatcher)
    rows = "工单编号,诉求内容,受理时间\n1,临江县自来水浑浊,2026/11/1 8:00\n2,路灯坏了,昨天\n"
    assert dispatcher.get("/hotline/deliver/").status_code == 200
    for known in ("其中 0 条早已收过", "其中 1 条早已收过"):
        file = SimpleUploadedFile("old.csv", rows.encode("gbk"))
        page = dispatcher.post("/hotline/deliver/", {"file": file}).content.decode()
        assert "送来 2 条 = 收下 1 条 + 退回 1 条" in page
        assert known in page
        assert "“昨天”不是日期时间" in page
    assert Appeal.objects.count() == 1
    assert dispatcher.post("/hotline/deliver/", {}).status_code == 422
    unknown = SimpleUploadedFile("odd.csv", b"a,b\n1,2\n")
    assert dispatcher.post("/hotline/deliver/", {"file": unknown}).status_code == 422
    assert signed_in(province.handler).get("/hotline/deliver/").status_code == 403


def test_the_queue_holds_what_is_to_be_decided_and_called_back_wherever_it_stands(
    province: Province,
) -> None:
    city = make_organisation("350100", name="海州市12345", kind="hotline")
    held = {}
    for state, verbs in (("returned", ("return",)), ("answered", ("sign", "answer"))):
        appeal = make_appeal(f"临江县水管{state}")
        dispatch_appeal(
            appeal_id=appeal.pk, organisation=province.water, actor=province.dispatcher, at=AT
        )
        for verb in verbs:
            make_move(appeal, verb=verb, note="已看", actor=province.handler, at=AT)
        held[state] = Appeal.objects.get(pk=appeal.pk)
    sent = make_appeal("临江县水管正在修")
    dispatch_appeal(
        appeal_id=sent.pk, organisation=province.water, actor=province.dispatcher, at=AT
    )
    assert {row.case.organisation for row in held.values()} == {city}
    page = signed_in(province.dispatcher).get("/hotline/queue/").content.decode()
    assert f'/appeals/{held["returned"].public_id}/#send">' in page
    assert f'/appeals/{held["answered"].public_id}/#call-back">' in page
    assert "在海州市12345" in page
    assert str(sent.public_id) not in page  # an office works on it
    own = signed_in(province.dispatcher).get("/hotline/queue/?own=1").content.decode()
    assert str(held["returned"].public_id) not in own  # the city's hotline has it
    agent = signed_in(province.agent).get("/hotline/queue/").content.decode()
    assert f'/appeals/{held["answered"].public_id}/#call-back">' in agent
    handler = signed_in(province.handler).get("/hotline/queue/").content.decode()
    assert str(held["returned"].public_id) not in handler


def test_a_second_call_of_a_number_is_asked_about_and_added(province: Province) -> None:
    agent = signed_in(province.agent)
    said = {"text": "临江县李家巷停水", "mobile": "0591-87654321"}
    agent.post("/hotline/take/", said)
    [first] = Appeal.objects.all()
    by_case = agent.get("/hotline/find/", {"number": first.case.number.lower()})
    assert by_case["Location"] == f"/hotline/appeals/{first.public_id}/"
    unknown = agent.get("/hotline/find/", {"number": "AAAA-AAAA"})
    assert (unknown.status_code, 'action="/hotline/find/"' in unknown.content.decode()) == (
        404,
        True,
    )
    looked = agent.post("/hotline/take/", {"text": "", "look": "1", "mobile": said["mobile"]})
    assert (looked.status_code, first.case.number in looked.content.decode()) == (200, True)
    once = {"once": "c", "text": "已经停了两天了", "mobile": "059187654321"}
    asked = agent.post("/hotline/take/", once)
    assert (asked.status_code, Appeal.objects.count()) == (409, 1)
    assert "这个号码有未办结的诉求" in asked.content.decode()
    added = agent.post("/hotline/take/", once | {"add": str(first.public_id)}, follow=True)
    first.refresh_from_db()
    assert first.text == "临江县李家巷停水\n\n【2026-11-23 09:00】已经停了两天了"
    assert "再次来电" in added.content.decode()
    other = once | {"once": "d", "anew": "1"}  # another matter: the choice is the agent's
    assert agent.post("/hotline/take/", other).status_code == 302
    assert Appeal.objects.count() == 2
    found = [entry.action for entry in entries_for(first.reference)]
    assert set(found) == {"hotline.find_caller"}
    assert agent.post("/hotline/take/", {"look": "1", "mobile": "12"}).status_code == 422


def test_an_agent_chooses_what_it_is_and_corrects_it_afterwards(province: Province) -> None:
    agent = signed_in(province.agent)
    chosen = {"kind": "complaint", "tier": "complex", "category": "噪音", "division": "350103"}
    agent.post("/hotline/take/", {"text": "你好，楼下太吵"} | chosen)
    [appeal] = Appeal.objects.all()
    stored = (appeal.kind, appeal.tier, str(appeal.category), appeal.division_code)
    assert stored == ("complaint", "complex", "噪音", "350103")
    assert appeal.category_probability is None  # a person's choice
    address = f"/hotline/appeals/{appeal.public_id}/"
    page = agent.get(address).content.decode()
    assert "更正类型、紧急程度" in page
    assert 'name="note" maxlength="10000" data-draft' in page  # survives a session that ended
    assert agent.post(f"{address}correct/", {"tier": "complex"}).status_code == 422
    fields = {"tier": "emergency", "division": "350102", "reason": "听错了地址"}
    assert agent.post(f"{address}correct/", fields).status_code == 302
    appeal = Appeal.objects.get()
    assert (appeal.case.due_at, appeal.case.division_code) == (AT + timedelta(hours=1), "350102")
    page = agent.get(address).content.decode()
    assert (
        "紧急程度 疑难 → 紧急；地点 闽海省 海州市 城东区 → 闽海省 海州市 临江县；听错了地址" in page
    )
    assert signed_in(province.handler).post(f"{address}correct/", fields).status_code == 404


def test_nobody_is_asked_to_ring_a_caller_without_a_number(province: Province) -> None:
    for mobile in ("", "13800138000"):
        appeal = make_appeal("临江县水管坏了", mobile=mobile)
        dispatch_appeal(
            appeal_id=appeal.pk, organisation=province.water, actor=province.dispatcher, at=AT
        )
        for verb in ("sign", "answer"):
            make_move(appeal, verb=verb, note="已修好", actor=province.handler, at=AT)
        page = signed_in(province.agent).get(f"/hotline/appeals/{appeal.public_id}/")
        assert ("无法回访" in page.content.decode()) is not bool(mobile)


def test_an_emergency_by_phone_says_whom_to_ring_and_stands_over_the_queue(
    province: Province,
) -> None:
    make_organisation("350100", name="海州市12345", kind="hotline")  # it holds what lies there
    agent = signed_in(province.agent)
    assert "110" in agent.get("/hotline/take/").content.decode()
    told = agent.post("/hotline/take/", {"text": "临江县有人溺水了，快救人"}, follow=True)
    page = told.content.decode()
    assert "请来电人马上拨打 110、119 或 120" in page
    assert "紧急事项，还没有派出" in page
    assert "有 1 件紧急事项" in (
        signed_in(province.dispatcher).get("/hotline/queue/").content.decode()
    )
    calm = agent.post("/hotline/take/", {"text": "临江县楼道灯坏了"}, follow=True)
    assert "紧急事项" not in calm.content.decode()


def test_the_queue_costs_the_same_however_many_wait(
    province: Province, django_assert_max_num_queries: Any
) -> None:
    dispatcher = signed_in(province.dispatcher)
    dispatcher.get("/hotline/queue/")
    for _ in range(12):
        make_appeal("临江县楼道灯坏了")
    with django_assert_max_num_queries(20):
        page = dispatcher.get("/hotline/queue/").content.decode()
    assert page.count("<article") == 12


def test_the_desk_leads_to_where_the_office_is_chosen(province: Province) -> None:
    appeal = make_appeal("临江县楼道灯坏了")
    desk = signed_in(province.dispatcher).get(f"/desk/{appeal.case.public_id}/").content.decode()
    where = f"/hotline/appeals/{appeal.public_id}/#send"
    assert f'href="{where}">派单</a>' in desk
    assert 'value="dispatch"' not in desk  # a button that could only be refused
    page = signed_in(province.dispatcher).get(where.partition("#")[0]).content.decode()
    assert 'id="send"' in page
    assert 'name="organisation"' in page


def test_behind_each_figure_of_the_rates_stand_its_appeals(province: Province) -> None:
    open_one = make_appeal("临江县楼道灯坏了")
    done = make_appeal("临江县路面有坑")
    elsewhere = make_appeal("城东区停电")
    refer_appeal(appeal_id=done.pk, actor=province.dispatcher, at=AT, reason="走信访")
    leader = signed_in(make_officer("leader", organisation=province.hotline))

    def listed(query: str) -> set[str]:
        page = leader.get(f"/hotline/filed/?days=60{query}").context["page"]
        return {row.case.number for row in page.rows}

    lines = leader.get("/hotline/rates/?days=60").context["lines"]
    county = next(line for line in lines if line.code == "350102")
    assert (county.filed, county.open) == (2, 1)
    assert listed("&county=350102") == {open_one.case.number, done.case.number}
    assert listed("&county=350102&open=1") == {open_one.case.number}
    assert listed("") == {row.case.number for row in (open_one, done, elsewhere)}
    assert listed("&county=350102&asked=1") == set()  # nobody was called back
    there = make_organisation("350103", kind="government")
    county_leader = signed_in(make_officer("leader", organisation=there))
    seen = county_leader.get("/hotline/filed/?days=60").context["page"].rows
    assert [row.case.number for row in seen] == [elsewhere.case.number]
    assert signed_in(province.handler).get("/hotline/filed/").status_code == 403
    assert leader.get("/hotline/rates/?days=abc").status_code == 422


def test_few_answers_make_no_rate_of_a_county(province: Province) -> None:
    line = Line("350102", "", 0, 0, Rates(solved=Rate(4, 4), satisfied=Rate(4, 5)))
    assert (line.rates.solved.telling_share, line.rates.satisfied.telling_share) == (None, 0.8)


def test_a_place_is_named_once(province: Province) -> None:
    appeal = make_appeal("路灯不亮", place="临江县")
    assert place_word(province.agent, appeal).count("临江县") == 1
    farther = make_appeal("路灯不亮", place="临江县 城东街道")
    assert place_word(province.agent, farther).endswith("临江县 城东街道")


def test_a_caller_reads_who_answered_not_who_holds_it_since(province: Province) -> None:
    appeal = make_appeal("临江县自来水有异味")
    address = f"/hotline/appeals/{appeal.public_id}"
    signed_in(province.dispatcher).post(
        f"{address}/send/", {"organisation": str(province.water.public_id)}
    )
    handler = signed_in(province.handler)
    for verb, note in (("sign", ""), ("answer", "已冲洗管网")):
        handler.post(f"{address}/move/", {"verb": verb, "note": note})
    pane = signed_in(province.dispatcher).get(f"/desk/{appeal.case.public_id}/").context["pane"]
    assert pane.lines[0].office == "临江县水务局 → 省12345热线"
    supervise_cases(at=AT + timedelta(days=30))
    pane = signed_in(province.dispatcher).get(f"/desk/{appeal.case.public_id}/").context["pane"]
    assert pane.lines[0].office == "由省12345热线承办"  # the platform noted it, not the holder
    said = {"contacted": "yes", "solved": "no", "satisfied": "no"}
    Client().post(f"/hotline/a/{appeal.short_number}/helped/", said)
    steps = Client().get(f"/hotline/a/{appeal.short_number}/").context["steps"]
    assert [(step.text, step.holder) for step in steps] == [
        ("重办", "诉求人 → 临江县水务局"),
        ("答复", "临江县水务局"),
        ("签收", "临江县水务局"),
        ("派单", "省12345热线 → 临江县水务局"),
        ("收到", "省12345热线"),
    ]


def test_the_offices_number_is_told_from_the_one_to_follow_by(province: Province) -> None:
    appeal = make_appeal("临江县自来水有异味")
    told = Client().get("/hotline/follow/", {"number": appeal.case.number.lower()})
    assert told.status_code == 404
    assert f"“{appeal.case.number.lower()}”是单位内部的工单编号" in told.content.decode()
