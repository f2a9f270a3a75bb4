from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.test import Client

from yitang.ground.organisations.tests.factories import make_officer
from yitang.public.hotline.api import Appeal, appeal_by_number
from yitang.public.hotline.tests.factories import AT, HOME, Province, make_province
from yitang.site.endpoints import hotline, hotline_calls

pytestmark = pytest.mark.django_db
ADDRESS = "/api/v1/appeals"


@pytest.fixture(autouse=True)
def here(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    class Place:
        division = HOME
        files = tmp_path
        open_limit = 3

    for module in (hotline, hotline_calls):
        monkeypatch.setattr(module, "settings", lambda: Place)
    with time_machine.travel(AT, tick=False):
        yield


@pytest.fixture
def province() -> Province:
    return make_province()


def post(client: Client, path: str, body: dict[str, Any], **headers: str) -> Any:
    return client.post(
        f"{ADDRESS}{path}", body, content_type="application/json", headers=headers or None
    )


def signed_in(user: Any) -> Client:
    client = Client()
    client.force_login(user)
    return client


def test_an_appeal_goes_all_its_way_over_json(province: Province, client: Client) -> None:
    body = {"text": "临江县自来水浑浊", "name": "林晓梅", "mobile": "13800138000"}
    filed = post(client, "", body, **{"Idempotency-Key": "0198c0de-one-of-mine"}).json()
    assert post(client, "", body, **{"Idempotency-Key": "0198c0de-one-of-mine"}).json() == filed
    number = filed["short_number"]
    public_id = appeal_by_number(number).public_id
    dispatcher, handler = signed_in(province.dispatcher), signed_in(province.handler)
    suggested = dispatcher.get(f"{ADDRESS}/{public_id}/suggestion").json()
    assert (suggested["division_code"], suggested["is_sure"]) == ("350102", False)
    sent = post(
        dispatcher,
        f"/{public_id}/dispatch",
        {"organisation": str(province.water.public_id), "category": "供水"},
    ).json()
    assert (sent["state"], sent["category"]) == ("dispatched", "供水")
    assert post(handler, f"/{public_id}/moves/vanish", {}).status_code == 422
    assert post(handler, f"/{public_id}/moves/answer", {"text": "已处理"}).status_code == 409
    assert post(handler, f"/{public_id}/moves/return", {"text": "物业的"}).json()["state"] == (
        "returned"
    )
    decided = post(
        dispatcher,
        f"/{public_id}/arbitrate",
        {"organisation": str(province.water.public_id), "note": "水务局牵头"},
    )
    assert decided.json()["state"] == "arbitrated"
    post(handler, f"/{public_id}/moves/sign", {})
    answered = post(handler, f"/{public_id}/moves/answer", {"text": "已清洗"})
    assert (answered.status_code, number in answered.content.decode()) == (200, False)
    for officer in (handler, dispatcher):  # by the number the caller says whether it helped
        seen = officer.get(f"{ADDRESS}/{public_id}").json()
        assert (seen["number"], seen["short_number"]) == (filed["number"], "")
    followed = client.get(f"{ADDRESS}/follow/{number}").json()
    assert [answer["text"] for answer in followed["answers"]] == ["已清洗"]
    assert "text" not in followed
    agent = signed_in(province.agent)
    opened = post(agent, f"/{public_id}/caller", {"purpose": "回访"}).json()
    assert opened == {"name": "林晓梅", "mobile": "13800138000"}
    said = {"reached": True, "contacted": True, "solved": "yes", "satisfied": "partly"}
    assert post(agent, f"/{public_id}/call-back", said).json()["state"] == "closed"
    rates = agent.get(f"{ADDRESS}/rates").json()
    assert rates["solved"] == {"numerator": 1.0, "denominator": 1, "share": 1.0}


def test_who_may_not_see_an_appeal_or_the_rates_is_refused(
    province: Province, client: Client
) -> None:
    number = post(client, "", {"text": "临江县自来水浑浊"}).json()["short_number"]
    public_id = appeal_by_number(number).public_id
    assert client.get(f"{ADDRESS}/{public_id}").status_code == 401
    stranger = signed_in(make_officer("handler"))
    assert stranger.get(f"{ADDRESS}/{public_id}").status_code == 404
    assert stranger.get(f"{ADDRESS}/rates").status_code == 403
    assert signed_in(province.agent).get(f"{ADDRESS}/{public_id}").json()["text"] == (
        "临江县自来水浑浊"
    )


def test_a_call_is_taken_added_to_and_corrected_over_json(province: Province) -> None:
    agent = signed_in(province.agent)
    call = {"text": "临江县楼下太吵", "mobile": "0591-87654321", "category": "噪音"}
    taken = post(agent, "/calls", call).json()
    look = {"mobile": "059187654321", "purpose": "同一号码来电"}
    [found] = post(agent, "/calls/earlier", look).json()
    assert (found["number"], found["is_open"]) == (taken["number"], True)
    assert post(signed_in(province.handler), "/calls/earlier", look).status_code == 403
    where = f"/{taken['public_id']}"
    for number in (taken["number"], taken["short_number"].lower()):
        shown = agent.get(f"{ADDRESS}/numbered/{number}").json()
        assert shown["public_id"] == taken["public_id"]
    assert signed_in(province.handler).get(f"{ADDRESS}/numbered/{number}").status_code == 403
    assert agent.get(f"{ADDRESS}/numbered/QH-2611-99999").status_code == 404
    assert post(agent, f"{where}/calls", {"text": "今晚又吵"}).json()["tier"] == "general"
    mended = post(agent, f"{where}/correct", {"tier": "complex", "note": "牵涉多家"}).json()
    assert (mended["tier"], mended["category"]) == ("complex", "噪音")
    for body in ({"tier": "no", "note": "x"}, {"category": "无", "note": "x"}, {"note": "x"}):
        assert post(agent, f"{where}/correct", body).status_code == 422


@pytest.mark.once
def test_what_comes_without_a_name_has_a_limit(province: Province, client: Client) -> None:
    def sent(place: int, **more: str) -> int:
        said = {"text": "临江县自来水浑浊"} | more
        where = f"192.0.2.{place}"
        answer = client.post(ADDRESS, said, "application/json", REMOTE_ADDR=where)
        return int(answer.status_code)

    def guessed(number: str, place: int) -> int:
        where = f"192.0.2.{place}"
        return int(client.get(f"{ADDRESS}/follow/{number}", REMOTE_ADDR=where).status_code)

    assert [sent(1) for _ in range(4)] == [200, 200, 200, 429]
    assert sent(2) == 200  # from elsewhere
    assert [sent(place, mobile="138 0013 8000") for place in range(3, 7)] == [200, 200, 200, 429]
    number = Appeal.objects.earliest("pk").short_number
    assert [guessed("AAAAAAAA", 1) for _ in range(4)] == [404, 404, 404, 429]
    assert (guessed(number, 1), guessed(number, 2)) == (429, 200)
