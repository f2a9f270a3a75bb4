from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from django.http import HttpRequest
from django.test import Client
from django.urls import reverse

from yitang.ground.casework.api import Case, case_timeline
from yitang.ground.casework.tests.factories import PERMIT, make_case, registered
from yitang.ground.organisations.api import Organisation, User
from yitang.ground.organisations.tests.factories import (
    make_division,
    make_officer,
    make_organisation,
    make_user,
)
from yitang.ground.plumbing.api import now
from yitang.site.web.desk import facts
from yitang.site.web.desk.facts import Fact, FactsPanel, register_facts, register_move

ENGLISH = {"Accept-Language": "en"}


@pytest.fixture(autouse=True)
def known_workflow(db: None) -> Iterator[None]:
    with registered(PERMIT):
        yield


@pytest.fixture
def office() -> Organisation:
    make_division("350000", name="Minhai")
    return make_organisation("350102", name="Water Bureau")


@pytest.fixture
def officer(office: Organisation) -> User:
    return make_officer("handler", organisation=office, username="zhou")


@pytest.fixture
def desk(client: Client, officer: User) -> Client:
    client.force_login(officer)
    return client


def open_at(office: Organisation, *, days_ago: int, title: str = "A permit") -> Case:
    at: datetime = now() - timedelta(days=days_ago)
    return make_case(organisation=office, title=title, at=at)


def test_the_most_urgent_case_stands_first_and_opened(desk: Client, office: Organisation) -> None:
    open_at(office, days_ago=0, title="The young one")
    open_at(office, days_ago=30, title="The late one")
    page = desk.get("/desk/", headers=ENGLISH)
    text = page.content.decode()
    assert [row.case.title for row in page.context["rows"]] == ["The late one", "The young one"]
    assert page.context["case"].title == "The late one"
    assert "days late" in text
    assert "Accept</button>" in text


def test_nobody_reads_the_desk_without_a_post(client: Client) -> None:
    assert client.get("/desk/").status_code == 401
    client.force_login(make_user("citizen"))
    assert client.get("/desk/").status_code == 403


def test_a_case_of_another_office_is_not_there(desk: Client) -> None:
    case = open_at(make_organisation("350203"), days_ago=0)
    assert desk.get(reverse("desk:case", args=[case.public_id])).status_code == 404


def test_a_move_is_made_once_and_the_next_case_opens(desk: Client, office: Organisation) -> None:
    first = open_at(office, days_ago=3, title="First")
    second = open_at(office, days_ago=1, title="Second")
    address = reverse("desk:move", args=[first.public_id])
    form = {"verb": "accept", "note": "complete", "next": second.public_id, "query": "box=all"}
    assert desk.get(address).status_code == 405
    after = desk.post(address, form)
    assert after["Location"] == f"{reverse('desk:case', args=[second.public_id])}?box=all"
    replayed = desk.post(address, form | {"note": "incomplete"}, headers=ENGLISH)
    assert replayed.status_code == 409
    assert "cannot" in replayed.content.decode()
    first.refresh_from_db()
    assert first.state == "accepted"


def test_a_refusal_needs_a_reason(desk: Client, office: Organisation) -> None:
    case = open_at(office, days_ago=0)
    desk.post(reverse("desk:move", args=[case.public_id]), {"verb": "accept"})
    refuse = reverse("desk:move", args=[case.public_id])
    assert desk.post(refuse, {"verb": "refuse", "note": " "}).status_code == 422
    assert desk.post(refuse, {"verb": "refuse", "note": "no water there"}).status_code == 302


def test_the_holder_assigns_pauses_resumes_extends_and_notes(
    desk: Client, office: Organisation, officer: User
) -> None:
    case = open_at(office, days_ago=0)
    colleague = make_officer("handler", organisation=office, username="lin")
    desk.post(reverse("desk:move", args=[case.public_id]), {"verb": "accept"})
    for action, form in (
        ("assign", {"colleague": colleague.public_id}),
        ("pause", {"reason": "expert_review", "note": "three experts"}),
        ("resume", {}),
        ("extend", {"amount": "5", "note": "the experts took long"}),
        ("note", {"note": "called them"}),
    ):
        answer = desk.post(reverse(f"desk:{action}", args=[case.public_id]), form)
        assert answer.status_code == 302, action
    kinds = [event.kind for event in case_timeline(officer, case)]
    assert kinds[-5:] == ["assigned", "paused", "resumed", "extended", "noted"]
    text = desk.get(reverse("desk:case", args=[case.public_id]), headers=ENGLISH).content.decode()
    assert "the experts took long" in text
    assert "extended once" in text


@pytest.mark.parametrize("amount", ["", "0", "x", "99"])
def test_an_extension_is_a_whole_number_within_the_limit(
    desk: Client, office: Organisation, amount: str
) -> None:
    case = open_at(office, days_ago=0)
    desk.post(reverse("desk:move", args=[case.public_id]), {"verb": "accept"})
    form = {"amount": amount, "note": "because"}
    assert desk.post(reverse("desk:extend", args=[case.public_id]), form).status_code == 422


def test_a_form_sent_twice_is_one_move_and_another_is_told_in_chinese(
    desk: Client, office: Organisation
) -> None:
    case = open_at(office, days_ago=0)
    address = reverse("desk:move", args=[case.public_id])
    for _ in range(2):
        assert desk.post(address, {"verb": "accept", "note": "complete"}).status_code == 302
    assert [line.verb for line in case.events.filter(kind="moved")] == ["accept"]
    refused = desk.post(address, {"verb": "accept", "note": "other words"})
    assert refused.status_code == 409
    said = refused.content.decode()
    assert PERMIT.name not in said
    assert "不能再" in said


def test_a_room_adds_facts_and_its_own_move(
    desk: Client, office: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(facts, "_facts", {})
    monkeypatch.setattr(facts, "_moves", {})
    case, moved = open_at(office, days_ago=0), []

    def panel(request: HttpRequest, case: Case) -> FactsPanel:
        return FactsPanel(
            summary="Musty water", facts=[Fact("Caller", "吴*霞", "12345")], url="/x/"
        )

    def move(*, case_id: int, verb: str, actor: User, at: datetime, note: str = "") -> Case:
        moved.append((case_id, verb))
        return case

    register_facts(PERMIT.name, panel)
    register_move(PERMIT.name, move)
    text = desk.get("/desk/").content.decode()
    assert "Musty water" in text
    assert "吴*霞" in text
    desk.post(reverse("desk:move", args=[case.public_id]), {"verb": "accept"})
    assert moved == [(case.pk, "accept")]


def test_a_list_is_narrowed_to_one_place(client: Client) -> None:
    for code, name in (("350121", "Linjiang"), ("350122", "Shitan")):
        make_division(code, name=name)
    client.force_login(make_officer("leader", organisation=make_organisation("350000")))
    for code, title in (("350121", "Of Linjiang"), ("350122", "Of Shitan")):
        make_case(division_code=code, title=title, at=now())
    page = client.get("/desk/?box=all&within=350121", headers=ENGLISH)
    assert [row.case.title for row in page.context["rows"]] == ["Of Linjiang"]
    assert "show every place again" in page.content.decode()
    assert client.get("/desk/?box=all&within=1").status_code == 404


def test_empty_boxes_say_why_and_an_unknown_one_is_refused(desk: Client) -> None:
    assert "Nothing waits" in desk.get("/desk/?box=organisation", headers=ENGLISH).content.decode()
    assert desk.get("/desk/?box=nonsense").status_code == 422


def test_the_list_costs_the_same_for_many_cases(
    desk: Client, office: Organisation, django_assert_max_num_queries: object
) -> None:
    for number in range(12):
        open_at(office, days_ago=number % 3)
    desk.get("/desk/")
    with django_assert_max_num_queries(40):  # type: ignore[operator]
        assert len(desk.get("/desk/").context["rows"]) == 12
