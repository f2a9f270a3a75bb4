from __future__ import annotations

from datetime import UTC, datetime, timedelta
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.contrib.auth.models import AnonymousUser

from yitang.ground.base.errors import NotAllowed, NotFound
from yitang.ground.casework.api import Case, case_timeline, worklist
from yitang.ground.casework.errors import ExtensionTooLong, ReasonNeeded, TransitionNotAllowed
from yitang.ground.ledger.api import entries_for
from yitang.ground.organisations.api import system_actor
from yitang.ground.organisations.tests.factories import (
    make_officer,
    make_organisation,
    make_user,
)
from yitang.public.hotline import errors
from yitang.public.hotline.access import can_reveal
from yitang.public.hotline.actions import (
    answer_appeal,
    answer_at_once,
    arbitrate_appeal,
    assign_duties,
    call_back,
    dispatch_appeal,
    record_contact,
    refer_appeal,
    return_appeal,
    reveal_caller,
    sign_for_appeal,
)
from yitang.public.hotline.models import Appeal
from yitang.public.hotline.queries import (
    appeal_by_number,
    appeal_counts,
    appeal_for,
    appeal_of_case,
    appeal_timeline,
    appeals_asked,
    appeals_for_insight,
    appeals_of,
    categories,
    said_solved,
    shown_place,
    shown_text,
    solved_rate_by_division,
    suggest_dispatch,
    three_rates,
)
from yitang.public.hotline.rules import RateRules, Solved

from .factories import AT, HOME, NO_MODEL, Province, make_appeal, make_model, make_province

pytestmark = pytest.mark.django_db


@pytest.fixture
def province() -> Province:
    return make_province()


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_model(tmp_path_factory.mktemp("model"))


def dispatched(province: Province, text: str = "临江县自来水有异味") -> Appeal:
    return dispatch_appeal(
        appeal_id=make_appeal(text).pk,
        organisation=province.water,
        actor=province.dispatcher,
        at=AT,
    )


def answered(province: Province) -> Appeal:
    appeal = dispatched(province)
    sign_for_appeal(appeal_id=appeal.pk, actor=province.handler, at=AT)
    return answer_appeal(appeal_id=appeal.pk, text="水箱已清洗", actor=province.handler, at=AT)


def test_a_sure_appeal_goes_to_the_county_office_at_once(province: Province, model: Path) -> None:
    appeal = make_appeal("临江县城里自来水水管一直没人管", model=model)
    assert (appeal.category, appeal.division_code) == (categories()[0], "350102")
    assert (appeal.case.state, appeal.case.organisation) == ("dispatched", province.water)
    assert appeal.tier == "utilities"  # water is fed back on within 24 hours
    assert appeal.case.due_at == AT + timedelta(hours=24)
    assert appeal.case.number == "QH-2611-00001"
    seen = worklist(province.handler, at=AT, workflow="hotline.appeal").rows
    assert [case.number for case in seen] == [appeal.case.number]


def test_without_a_place_it_waits_for_the_dispatcher_of_the_province(
    province: Province, model: Path
) -> None:
    appeal = make_appeal("自来水水管一直没人管", model=model)
    case = appeal.case
    assert (appeal.division_code, case.division_code) == ("", HOME)
    assert (case.state, case.organisation) == ("received", province.hotline)
    assert case.due_at == AT + timedelta(hours=2)
    queue = worklist(province.dispatcher, at=AT, box="organisation").rows
    assert queue == [case]


def test_without_a_model_a_person_dispatches(province: Province) -> None:
    appeal = make_appeal("临江县楼道灯坏了")
    suggestion = suggest_dispatch(appeal, model=NO_MODEL, home=HOME, at=AT)
    assert (suggestion.category, suggestion.is_sure) == (None, False)
    assert suggestion.division_code == "350102"
    water = categories()[0]
    with pytest.raises(errors.HolderMissing):
        dispatch_appeal(appeal_id=appeal.pk, organisation=None, actor=province.dispatcher, at=AT)
    with pytest.raises(NotAllowed):
        dispatch_appeal(
            appeal_id=appeal.pk, organisation=province.water, actor=province.agent, at=AT
        )
    sent = dispatch_appeal(
        appeal_id=appeal.pk,
        organisation=province.water,
        actor=province.dispatcher,
        at=AT,
        category=water,
        division_code="350103",
        tier="emergency",
        note="urgent",
    )
    assert (sent.category, sent.category_probability, sent.division_code) == (water, None, "350103")
    assert (sent.case.duty, sent.case.county) == ("water", "350103")
    assert sent.case.summary == {
        "kind": "help", "category": "供水", "place": "城东区", "tier": "emergency",
    }  # fmt: skip
    assert sent.case.due_at == AT + timedelta(hours=2)
    assert suggest_dispatch(sent, model=NO_MODEL, home=HOME, at=AT).category == water


def test_an_appeal_is_returned_once_and_then_arbitrated(province: Province) -> None:
    appeal = dispatched(province)
    due = appeal.case.due_at
    with pytest.raises(ReasonNeeded):
        return_appeal(appeal_id=appeal.pk, actor=province.handler, at=AT, reason="")
    returned = return_appeal(
        appeal_id=appeal.pk, actor=province.handler, at=AT, reason="it is the estate's own pipe"
    )
    assert (returned.case.state, returned.return_count) == ("returned", 1)
    assert returned.case.organisation == province.hotline
    decided = arbitrate_appeal(
        appeal_id=appeal.pk,
        organisation=province.water,
        actor=province.dispatcher,
        at=AT,
        note="the bureau supervises estates",
    )
    assert (decided.case.state, decided.case.due_at) == ("arbitrated", due)
    with pytest.raises(errors.ReturnedBefore, match="returned once already"):
        return_appeal(appeal_id=appeal.pk, actor=province.handler, at=AT, reason="no")
    assert sign_for_appeal(appeal_id=appeal.pk, actor=province.handler, at=AT).case.state == (
        "handling"
    )


def test_who_signed_or_waited_too_long_keeps_the_appeal(province: Province) -> None:
    late = dispatched(province)
    with pytest.raises(errors.ReturnTooLate, match="Sign for it"):
        return_appeal(
            appeal_id=late.pk, actor=province.handler, at=AT + timedelta(days=2), reason="late"
        )
    sign_for_appeal(appeal_id=late.pk, actor=province.handler, at=AT)
    with pytest.raises(TransitionNotAllowed):
        return_appeal(appeal_id=late.pk, actor=province.handler, at=AT, reason="too late")


def test_an_answer_is_called_back_about_and_redone_if_it_did_not_help(province: Province) -> None:
    appeal = dispatched(province)
    with pytest.raises(errors.NothingToCallBack):
        call_back(appeal_id=appeal.pk, actor=province.agent, at=AT, reached=False)
    sign_for_appeal(appeal_id=appeal.pk, actor=province.handler, at=AT)
    record_contact(
        appeal_id=appeal.pk, actor=province.handler, at=AT + timedelta(hours=1), note="by phone"
    )
    with pytest.raises(errors.AnswerMissing):
        answer_appeal(appeal_id=appeal.pk, text=" ", actor=province.handler, at=AT)
    later = AT + timedelta(days=1)
    done = answer_appeal(appeal_id=appeal.pk, text="已处理", actor=province.handler, at=later)
    assert (done.case.organisation, done.unit) == (province.hotline, province.water)
    assert appeal_for(province.handler, done.public_id) == done
    assert [line.kind for line in appeal_timeline(province.handler, done)][-1] == "moved"
    with pytest.raises(NotFound):
        appeal_timeline(make_user("reader"), done)
    assert (done.first_contact_at, done.answered_at) == (AT + timedelta(hours=1), later)
    with pytest.raises(errors.CallBackOpen, match="Is the caller satisfied"):
        call_back(
            appeal_id=appeal.pk, actor=province.agent, at=later, reached=True,
            contacted=True, solved=Solved.NO,
        )  # fmt: skip
    again = call_back(
        appeal_id=appeal.pk, actor=province.agent, at=later, reached=True, contacted=True,
        solved=Solved.NO, satisfied=Solved.NO, redo=True, note="it smells again",
    )  # fmt: skip
    assert (again.case.state, again.redo_count) == ("reopened", 1)
    assert again.case.organisation == province.water
    answer_appeal(appeal_id=appeal.pk, text="换了水箱", actor=province.handler, at=later)
    closed = call_back(
        appeal_id=appeal.pk, actor=province.agent, at=later, reached=True, contacted=True,
        solved=Solved.YES, satisfied=Solved.PARTLY,
    )  # fmt: skip
    assert closed.case.state == "closed"
    assert [answer.text for answer in closed.answers.all()] == ["已处理", "换了水箱"]
    rates = three_rates(since=AT, until=AT + timedelta(days=9))
    assert (rates.response.share, rates.solved.share, rates.satisfied.share) == (1.0, 1.0, 0.0)
    half = RateRules(partly_counts=0.5)
    assert three_rates(
        since=AT, until=AT + timedelta(days=9), within="350100", rules=half
    ).satisfied.share == pytest.approx(0.5)
    window: dict[str, Any] = {"since": AT, "until": AT + timedelta(days=9)}
    assert solved_rate_by_division(**window) == {"350102": (1.0, 1)}
    assert three_rates(**window, within="350200").solved.share is None
    leader = make_officer("leader", organisation=province.hotline)
    make_appeal()  # filed in the same time and county, and nobody asked
    rows = appeals_asked(leader, **window, county="350102").rows
    assert (rows, said_solved(rows)) == ([appeal], {appeal.pk: Solved.YES})
    assert not appeals_asked(leader, **window, county="350103").rows


def test_the_hotline_answers_or_refers_what_needs_no_unit(province: Province) -> None:
    question, court = make_appeal("请问几点上班"), make_appeal("法院判决我不服")
    told = answer_at_once(appeal_id=question.pk, text="九点", actor=province.agent, at=AT)
    assert (told.kind, told.case.state) == ("consultation", "closed")
    referred = refer_appeal(
        appeal_id=court.pk, actor=province.dispatcher, at=AT, reason="appeal to the higher court"
    )
    assert (referred.case.state, referred.answers.get().text) == (
        "referred", "appeal to the higher court",
    )  # fmt: skip
    with pytest.raises(errors.AnswerMissing):
        answer_at_once(appeal_id=make_appeal().pk, text="", actor=province.agent, at=AT)


def test_an_unreached_caller_counts_only_where_the_rules_say_so(province: Province) -> None:
    appeal = answered(province)
    call_back(appeal_id=appeal.pk, actor=province.agent, at=AT, reached=False)
    window: dict[str, Any] = {"since": AT, "until": AT + timedelta(days=1)}
    assert three_rates(**window).solved.denominator == 0
    leader = make_officer("leader", organisation=province.hotline)
    rules = RateRules(counts_unreached=True)
    assert not appeals_asked(leader, **window).rows
    assert [row.pk for row in appeals_asked(leader, **window, rules=rules).rows] == [appeal.pk]
    counted = three_rates(**window, rules=rules)
    assert (counted.solved.numerator, counted.solved.denominator) == (0.0, 1)


def test_hours_are_not_extended_beyond_what_the_state_allows(province: Province) -> None:
    from_desk = dispatched(province)
    assert from_desk.case.definition.extensions["handling"].amount == 8
    assert ExtensionTooLong.http_status == 422


def test_opening_a_caller_needs_a_purpose_and_is_recorded(province: Province) -> None:
    appeal = make_appeal("临江县自来水浑浊", name="林晓梅", mobile="13800138000")
    dispatch_appeal(
        appeal_id=appeal.pk, organisation=province.water, actor=province.dispatcher, at=AT
    )
    with pytest.raises(errors.PurposeMissing):
        reveal_caller(appeal_id=appeal.pk, actor=province.handler, purpose=" ", at=AT)
    assert entries_for(appeal.reference) == []
    caller = reveal_caller(
        appeal_id=appeal.pk, actor=province.handler, purpose="to agree on a visit", at=AT
    )
    assert (caller.name, caller.mobile) == ("林晓梅", "13800138000")
    entry = entries_for(appeal.reference)[0]
    assert (entry.action, entry.purpose, entry.organisation) == (
        "hotline.reveal_caller", "to agree on a visit", "临江县水务局",
    )  # fmt: skip
    stranger = make_officer("handler")
    with pytest.raises(NotFound):
        reveal_caller(appeal_id=appeal.pk, actor=stranger, purpose="curiosity", at=AT)


def test_the_unit_never_learns_who_a_confidential_caller_is(province: Province) -> None:
    citizen = make_user("citizen1")
    appeal = make_appeal(
        "我叫林晓梅，临江县水厂偷排，电话13800138000",
        caller=citizen, mobile="13800138000", is_confidential=True,
    )  # fmt: skip
    appeal = dispatch_appeal(
        appeal_id=appeal.pk, organisation=province.water, actor=province.dispatcher, at=AT
    )
    with pytest.raises(errors.IdentityKept):
        reveal_caller(appeal_id=appeal.pk, actor=province.handler, purpose="to visit", at=AT)
    assert not can_reveal(province.handler, appeal)
    assert can_reveal(province.agent, appeal)
    assert "13800138000" not in shown_text(province.handler, appeal)
    assert "13800138000" in shown_text(province.agent, appeal)
    assert "13800138000" in shown_text(citizen, appeal)
    for title in (appeal.title, appeal.case.title):
        assert "水厂偷排" in title
        assert not any(secret in title for secret in ("林晓梅", "13800138000"))
    assert appeal.case.applicant is None
    actors = {line.actor for line in case_timeline(province.handler, appeal.case)}
    assert citizen not in actors
    assert appeals_of(citizen) == [appeal]
    assert appeal_for(citizen, appeal.public_id) == appeal


def test_a_confidential_title_names_nobody_however_long_or_whose(province: Province) -> None:
    long = "临江县水厂偷排" * 4 + "，请回电13800138000，盼复"
    for text, title in ((long, ""), ("偷排", "请回电13800138000")):
        appeal = make_appeal(text, title=title, is_confidential=True)
        for title in (appeal.title, appeal.case.title):
            assert "1380" not in title


def test_who_does_not_handle_an_appeal_reads_no_number_in_it(province: Province) -> None:
    said = "身份证110101199003078515，电话13800138000，临江县政府不给办社保"
    appeal = dispatch_appeal(
        appeal_id=make_appeal(said, place="李家村18号，电话13800138001").pk,
        organisation=province.water, actor=province.dispatcher, at=AT,
    )  # fmt: skip
    for title in (appeal.title, appeal.case.title):  # in every list, and by number alone
        assert "不给办社保" in title
        assert not any(number in title for number in ("110101", "1380013"))
    leader = make_officer("leader", organisation=make_organisation(HOME))
    supervisor = make_officer("supervisor", organisation=make_organisation(HOME))
    for user in (leader, supervisor, AnonymousUser()):
        seen = shown_text(user, appeal) + shown_place(user, appeal)
        assert "不给办社保" in seen
        assert not any(number in seen for number in ("110101", "1380013"))
    for user in (province.handler, province.agent):
        assert shown_text(user, appeal) == said
        assert "13800138001" in shown_place(user, appeal)


def test_titles_kept_before_name_nobody_either(province: Province) -> None:
    appeal = make_appeal("请回电13800138000")
    Appeal.objects.filter(pk=appeal.pk).update(title="请回电13800138000")
    Case.objects.filter(pk=appeal.case_id).update(title="请回电13800138000")
    migration = import_module("yitang.public.hotline.migrations.0003_titles_name_nobody")
    migration.remake_titles(apps, None)
    kept = Appeal.objects.get(pk=appeal.pk)
    assert kept.title == kept.case.title == "请回电〔手机号〕"


def test_an_anonymous_appeal_keeps_nothing_of_who_filed_it(province: Province) -> None:
    citizen = make_user("citizen2")
    appeal = make_appeal(caller=citizen, name="林晓梅", mobile="13800138000", is_anonymous=True)
    kept = Appeal.objects.get(pk=appeal.pk)
    assert (kept.filed_by, kept.caller_name, kept.caller_mobile, kept.caller_key) == (
        None, None, None, "",
    )  # fmt: skip
    with pytest.raises(errors.CallerUnknown):
        reveal_caller(appeal_id=appeal.pk, actor=province.agent, purpose="call", at=AT)


def test_a_signed_in_caller_is_not_asked_what_is_known(province: Province) -> None:
    citizen = make_user("citizen3")
    appeal = make_appeal(caller=citizen)
    assert (appeal.caller_name, appeal.case.applicant) == ("citizen3", citizen)
    assert appeal.caller_key
    assert appeal.caller_key == make_appeal(caller=citizen).caller_key


def test_a_short_number_opens_the_appeal_however_it_is_typed(province: Province) -> None:
    appeal = make_appeal()
    typed = f" {appeal.short_number[:4].lower()}-{appeal.short_number[4:]} "
    assert appeal_by_number(typed) == appeal
    with pytest.raises(errors.NumberUnknown):
        appeal_by_number("AAAA")


@pytest.mark.parametrize(
    ("text", "mobile", "error"),
    [
        (" ", "", errors.TextMissing),
        ("太" * 10_001, "", errors.TextTooLong),
        ("水压低", "12345", errors.PhoneInvalid),
    ],
)
def test_what_is_wrong_with_a_form_is_a_sentence(
    province: Province, text: str, mobile: str, error: type[Exception]
) -> None:
    with pytest.raises(error):
        make_appeal(text, mobile=mobile)
    assert not Appeal.objects.exists()


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("021-12345678", "02112345678"),
        ("（0591）8765 4321", "059187654321"),
        ("0596-2345678", "05962345678"),
        ("400 820 8820", "4008208820"),
    ],
)
def test_a_hotline_is_called_from_landlines_too(province: Province, typed: str, kept: str) -> None:
    assert make_appeal(mobile=typed).caller_mobile == kept
    with pytest.raises(errors.PhoneInvalid):
        make_appeal(mobile="87654321")  # of which town?


def test_an_appeal_is_hidden_from_who_may_not_see_it(province: Province) -> None:
    appeal = dispatched(province)
    assert appeal_for(province.handler, str(appeal.public_id)) == appeal
    assert appeal_of_case(appeal.case_id) == appeal
    for stranger in (make_user("nobody"), make_officer("handler")):
        with pytest.raises(NotFound):
            appeal_for(stranger, appeal.public_id)
    with pytest.raises(NotFound):
        appeal_for(system_actor(), "none")


def test_insight_reads_appeals_without_identities(province: Province, model: Path) -> None:
    appeal = make_appeal(model=model, mobile="13800138000")
    [facts] = appeals_for_insight(since=None)
    assert (facts.public_id, facts.number) == (str(appeal.public_id), appeal.case.number)
    assert (facts.category, facts.duty, facts.division_code) == ("供水", "water", "350102")
    assert facts.holder == str(province.water.public_id)
    assert "13800138000" not in facts.caller_key
    assert list(appeals_for_insight(since=AT + timedelta(days=1))) == []


def test_appeals_are_counted_by_county_day_and_state(province: Province) -> None:
    dispatched(province)
    dispatched(province)
    make_appeal("没有地点的诉求", at=datetime(2026, 11, 23, 17, 0, tzinfo=UTC))
    window: dict[str, Any] = {"since": AT - timedelta(days=1), "until": AT + timedelta(days=5)}
    counts = [(c.division_code, str(c.day), c.state, c.count) for c in appeal_counts(**window)]
    assert counts == [
        ("350000", "2026-11-24", "received", 1),
        ("350102", "2026-11-23", "dispatched", 2),
    ]
    assert len(appeal_counts(**window, within="350100")) == 1


def test_duties_are_given_to_classes_by_who_may(province: Province) -> None:
    duties = {"供水": "water", "噪音": "noise"}
    changed = assign_duties(duties=duties, actor=province.dispatcher, home=HOME)
    assert changed == 1
    assert {c.label: c.duty for c in categories()}["噪音"] == "noise"
    with pytest.raises(NotAllowed):
        assign_duties(duties=duties, actor=province.handler, home=HOME)
