"""The life of a request: every state × verb, both heads' consent, the Decree's deadlines."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import transaction

from yitang.data.catalogue.tests.factories import make_dataset
from yitang.data.exchange.api import (
    SharingRequest,
    amend_request,
    decide_sharing,
    extend_answer,
    move_request,
    requests_of,
    requests_under_way,
)
from yitang.data.exchange.errors import (
    AlreadyReturned,
    DatasetNotShareable,
    EndPassed,
    FieldsUnknown,
    NothingToSupply,
    OwnDataset,
    RequestIncomplete,
)
from yitang.data.exchange.models import Grant
from yitang.data.exchange.rules import REQUEST, RequestText, missing_parts
from yitang.ground.base.clock import civil_date
from yitang.ground.base.errors import NotAllowed
from yitang.ground.casework.api import Case, case_timeline
from yitang.ground.casework.errors import ExtensionSpent, ReasonNeeded, TransitionNotAllowed
from yitang.ground.organisations.api import system_actor
from yitang.ground.organisations.tests.factories import make_officer

from .factories import (
    AT,
    PATHS,
    brought_to,
    make_births,
    make_grant,
    make_police,
    make_request,
)

pytestmark = pytest.mark.django_db


def due_day(case: Case) -> date | None:
    return civil_date(case.due_at - timedelta(seconds=1)) if case.due_at else None


def case_now(request: SharingRequest) -> Case:
    assert request.case is not None
    return Case.objects.get(pk=request.case.pk)


def test_the_paths_reach_every_state() -> None:
    assert set(PATHS) == set(REQUEST.states)


@pytest.mark.parametrize("state", REQUEST.states)
def test_every_verb_is_declared_and_done_or_refused(state: str) -> None:
    declared = {move.verb: move.target for move in REQUEST.leaving(state)}
    request = brought_to(state, make_request())
    assert request.case is not None
    case_id = request.case.pk
    for verb in REQUEST.verbs:
        with transaction.atomic():
            try:
                move_request(
                    case_id=case_id, verb=verb, actor=system_actor(), at=AT, note="because"
                )
                done = True
            except TransitionNotAllowed:
                done = False
            moved = Case.objects.get(pk=case_id).state
            transaction.set_rollback(True)
        assert (verb, done, moved) == (verb, verb in declared, declared.get(verb, state))


def test_both_heads_consent_and_only_they() -> None:
    request = make_request()
    officer = make_officer("data_officer", organisation=request.organisation)
    head = make_officer("sharing_head", organisation=request.organisation)
    provider = make_officer("data_officer", organisation=request.provider)
    provider_head = make_officer("sharing_head", organisation=request.provider)
    for verb, wrong, right in (
        ("submit", officer, head),
        ("agree", provider, provider_head),
        ("supply", officer, provider),
    ):
        other = provider_head if verb == "submit" else head  # the head of the other side
        for actor in (wrong, other):
            with pytest.raises(NotAllowed):
                decide_sharing(request=request, verb=verb, actor=actor, at=AT)
        decide_sharing(request=request, verb=verb, actor=right, at=AT)
    assert request.case is not None
    told = case_timeline(system_actor(), Case.objects.get(pk=request.case.pk))
    actors = [event.actor for event in told]
    assert actors == [system_actor(), head, provider_head, provider]
    assert Grant.objects.get(request=request).state == "active"


@pytest.mark.parametrize(
    ("sharing_class", "answer_by"), [(1, date(2026, 11, 23)), (2, date(2026, 12, 4))]
)
def test_the_provider_has_one_or_ten_working_days_and_twenty_to_supply(
    sharing_class: int, answer_by: date
) -> None:
    condition = "" if sharing_class == 1 else "for registration"
    dataset = make_births(sharing_class=sharing_class, sharing_condition=condition)
    request = brought_to("received", make_request(dataset))
    assert request.case is not None
    assert due_day(request.case) == answer_by
    assert request.case.organisation_id == request.provider_id
    case = decide_sharing(request=request, verb="agree", actor=system_actor(), at=AT)
    assert due_day(case) == date(2026, 12, 18)


def test_the_authority_extends_the_answer_once_by_ten_working_days() -> None:
    request = brought_to("received", make_request())
    provider = make_officer("sharing_head", organisation=request.provider)
    with pytest.raises(NotAllowed):
        extend_answer(request=request, actor=provider, at=AT, reason="many records")
    authority = make_officer("supervisor", organisation=make_police())
    case = extend_answer(request=request, actor=authority, at=AT, reason="many records")
    assert due_day(case) == date(2026, 12, 18)
    with pytest.raises(ExtensionSpent):
        extend_answer(request=request, actor=authority, at=AT, reason="again")


def test_everything_missing_is_said_at_once() -> None:
    request = make_request(basis="", scene=" ", valid_to=None)
    with pytest.raises(RequestIncomplete) as caught:
        decide_sharing(request=request, verb="submit", actor=system_actor(), at=AT)
    sentence = str(caught.value)
    assert "legal basis" in sentence
    assert "scene" in sentence
    assert "until when" in sentence
    amend_request(
        request=request, actor=system_actor(), at=AT, basis="Art 7", scene="落户",
        valid_to=date(2027, 1, 1),
    )  # fmt: skip
    assert decide_sharing(request=request, verb="submit", actor=system_actor(), at=AT).is_open


def test_missing_parts_also_sees_a_wrong_mode_and_dates_in_the_wrong_order() -> None:
    text = RequestText("b", "s", "s", "pigeon", date(2027, 1, 1), date(2026, 1, 1), "p", ("f",))
    assert len(missing_parts(text)) == 2


def test_a_request_for_a_time_that_has_passed_is_refused_whenever_it_is_given() -> None:
    with pytest.raises(EndPassed, match="2026-11-19 has passed"):
        make_request(valid_to=date(2026, 11, 19))
    request = make_request(valid_to=date(2026, 11, 20))  # today is still a day of use
    with pytest.raises(EndPassed):
        amend_request(request=request, actor=system_actor(), at=AT, valid_to=date(2020, 1, 1))
    request.refresh_from_db()
    later = AT + timedelta(days=1)  # the draft lay too long
    with pytest.raises(EndPassed):
        decide_sharing(request=request, verb="submit", actor=system_actor(), at=later)
    assert decide_sharing(request=request, verb="submit", actor=system_actor(), at=AT).is_open


def test_a_request_is_returned_once_with_what_is_missing_and_then_decided() -> None:
    request = brought_to("received", make_request())
    with pytest.raises(ReasonNeeded):
        decide_sharing(request=request, verb="return", actor=system_actor(), at=AT)
    case = decide_sharing(
        request=request, verb="return", actor=system_actor(), at=AT, note="which districts?"
    )
    assert (case.state, case.due_at, case.organisation_id) == (
        "incomplete", None, request.organisation_id,
    )  # fmt: skip
    request.refresh_from_db()
    assert request.missing == "which districts?"
    amend_request(request=request, actor=system_actor(), at=AT, scope="全省")
    case = decide_sharing(request=request, verb="complete", actor=system_actor(), at=AT)
    assert due_day(case) == date(2026, 12, 4)
    with pytest.raises(AlreadyReturned):
        decide_sharing(request=request, verb="return", actor=system_actor(), at=AT, note="and?")


def test_a_refusal_gives_reasons() -> None:
    request = brought_to("received", make_request())
    with pytest.raises(ReasonNeeded):
        decide_sharing(request=request, verb="refuse", actor=system_actor(), at=AT)
    case = decide_sharing(
        request=request, verb="refuse", actor=system_actor(), at=AT, note="not necessary"
    )
    assert not case.is_open


def test_what_a_request_may_not_ask_for() -> None:
    police = make_police()
    forbidden = make_births("secret", sharing_class=3, legal_basis="某法第五条")
    with pytest.raises(DatasetNotShareable, match="某法第五条"):
        make_request(forbidden, organisation=police)
    births = make_births()
    with pytest.raises(FieldsUnknown, match="no data item salary"):
        make_request(births, organisation=police, fields=["child_name", "salary"])
    with pytest.raises(OwnDataset):
        make_request(births, organisation=births.organisation)
    with pytest.raises(NotAllowed):
        make_request(births, organisation=police, actor=make_officer("data_officer"))


def test_a_sent_request_is_not_amended_any_more() -> None:
    request = brought_to("received", make_request())
    with pytest.raises(TransitionNotAllowed):
        amend_request(request=request, actor=system_actor(), at=AT, basis="other")
    draft = make_request(make_births("more-births"))
    with pytest.raises(FieldsUnknown):
        amend_request(request=draft, actor=system_actor(), at=AT, made_at="now")


def test_nothing_is_supplied_before_a_batch_was_gathered() -> None:
    dataset = make_dataset("empty-dataset")
    request = brought_to("agreed", make_request(dataset, fields=["name"]))
    with pytest.raises(NothingToSupply):
        decide_sharing(request=request, verb="supply", actor=system_actor(), at=AT)
    assert case_now(request).state == "agreed"


def test_who_sees_which_requests() -> None:
    request = make_request()
    seen = {
        role: bool(requests_of(make_officer(role, organisation=organisation)).rows)
        for role, organisation in {
            "data_officer": request.organisation,
            "sharing_head": request.provider,
            "supervisor": make_police(),
            "audit_admin": make_police(),
            "hotline_agent": request.organisation,
        }.items()
    }
    assert seen == {
        "data_officer": True, "sharing_head": True, "supervisor": True, "audit_admin": True,
        "hotline_agent": False,
    }  # fmt: skip
    assert requests_of(make_officer("data_officer")).rows == []
    assert requests_of(system_actor()).rows == [request]


def test_an_open_request_is_found_however_many_were_decided() -> None:
    open_one = brought_to("received", make_request())
    for number in range(3):
        make_grant(open_one.dataset, purpose=f"用途{number}号")
    head = make_officer("sharing_head", organisation=open_one.dataset.organisation)
    assert requests_under_way(head, limit=1) == [open_one]
    found, cursor = list[SharingRequest](), ""
    while len(found) < 4:
        page = requests_of(head, cursor=cursor, limit=3)
        found, cursor = [*found, *page.rows], page.next_cursor or ""
    assert found == sorted(requests_of(head).rows, key=lambda one: -one.pk)
    assert (len(found), found[-1], cursor) == (4, open_one, "")
