from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.test import Client, RequestFactory
from django.utils.translation import override

from yitang.ground.base.clock import Term, Unit
from yitang.ground.base.text import Message
from yitang.ground.casework.tests.factories import PERMIT, make_case, registered
from yitang.ground.organisations.tests.factories import make_organisation, make_user
from yitang.ground.plumbing.api import load_settings
from yitang.public.services.rules import Cause, Trip
from yitang.site.web.shell import portal
from yitang.site.web.shell.portal import phone_address, promise_words, reason_of, trips_words

ENGLISH = {"Accept-Language": "en"}


@pytest.fixture(autouse=True)
def known_workflow(db: None) -> Iterator[None]:
    with registered(PERMIT):
        yield


def test_a_citizen_sees_who_holds_the_matter_and_until_when(client: Client) -> None:
    user = make_user("lin")
    office = make_organisation(name="Water Bureau")
    make_case(title="A new well", applicant=user, organisation=office)
    make_case(title="Of somebody else", applicant=make_user("chen"), organisation=office)
    client.force_login(user)
    text = client.get("/", headers=ENGLISH).content.decode()
    assert "A new well" in text
    assert "With Water Bureau, by" in text
    assert "Of somebody else" not in text


def test_a_stranger_is_asked_to_sign_in(client: Client) -> None:
    assert "Sign in to see" in client.get("/", headers=ENGLISH).content.decode()


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("127.0.0.1:8000", ""),
        ("localhost:8000", ""),
        ("[::1]:8000", ""),
        ("192.168.1.20:8000", "http://192.168.1.20:8000/"),
        ("fuwu.example.org", "http://fuwu.example.org/"),
    ],
)
def test_only_an_address_a_phone_can_open_becomes_a_code(
    host: str, expected: str, settings: object
) -> None:
    settings.ALLOWED_HOSTS = ["*"]  # type: ignore[attr-defined]
    assert phone_address(RequestFactory().get("/", headers={"Host": host})) == expected


def test_a_site_opened_to_phones_shows_its_code_also_to_the_machine_it_runs_on(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    opened = load_settings({"YITANG_SECRET_KEY": "x" * 40, "YITANG_HOSTS": "127.0.0.1,10.0.0.9"})
    monkeypatch.setattr(portal, "settings", lambda: opened)
    here = RequestFactory().get("/", headers={"Host": "127.0.0.1:8000"}, SERVER_PORT="8000")
    assert phone_address(here) == "http://10.0.0.9:8000/"


@pytest.mark.parametrize(
    ("promise", "expected"),
    [
        (None, ""),
        (Term(0), "at once"),
        (Term(1), "done in 1 working day"),
        (Term(3), "done in 3 working days"),
        (Term(7, Unit.DAYS), "done in 7 days"),
        (Term(2, Unit.HOURS), "done in 2 hours"),
    ],
)
def test_a_promise_is_said_in_words(promise: Term | None, expected: str) -> None:
    with override("en"):
        assert promise_words(promise) == expected


def test_who_must_come_says_more_than_which_paper() -> None:
    window = Cause(Message("services.trip.no_channel", "x"))
    both = Cause(Message("services.trip.both_parties", "y"))
    with override("zh-hans"):
        assert reason_of(Trip("hand_in", "window", (window, both))) == "双方到场"
        assert reason_of(Trip("hand_in", "window", ())) == ""
        assert [trips_words(count) for count in (0, 1, 2)] == ["不用跑", "跑 1 趟", "跑 2 趟"]
