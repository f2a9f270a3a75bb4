"""Newborn registration from the first record to the certificate anyone can check."""

from __future__ import annotations

import copy
from datetime import timedelta
from functools import partial

import pytest
import time_machine

from yitang.ground.base.errors import NotAllowed, NotFound
from yitang.ground.base.identity import IdentityNumberInvalid
from yitang.ground.casework.api import (
    advance_case,
    allowed_verbs,
    case_timeline,
    pause_case,
    resume_case,
)
from yitang.ground.casework.errors import CaseClosed, ReasonNeeded, TransitionNotAllowed
from yitang.ground.casework.tests.factories import wrong_pairs
from yitang.ground.ledger.api import entries_about
from yitang.ground.metrics.api import check_rollups, metric_value
from yitang.ground.organisations.api import Organisation, User, create_user, system_actor
from yitang.ground.organisations.tests.factories import make_officer, make_organisation
from yitang.ground.plumbing.api import blind_index, public_key
from yitang.public.services.api import (
    ANSWER,
    Application,
    AppliedBefore,
    accept_overdue_applications,
    answer_correction,
    application_for,
    application_of_case,
    applications_of,
    applied_before,
    attachments_of,
    certificate_for,
    certificates_of,
    check_certificate,
    correction_of,
    decide_application,
    draft_application,
    log_visit,
    move_application,
    open_attachment,
    open_value,
    prefill_application,
    rate_application,
    revoke_certificate,
    save_draft,
    shown_answer,
    shown_values,
    submit_application,
    visits_per_closed_case,
)
from yitang.public.services.errors import (
    AlreadyApplied,
    AlreadySubmitted,
    AlreadyTold,
    AnswerEmpty,
    AnswerMissing,
    AnswerUnknown,
    AttachmentKindNotTaken,
    CertificateNotValid,
    CertificateUnknown,
    IdentityNotLinked,
    ItemNotOnline,
    ItemNotOpen,
    RatingNotPossible,
    RecordChanged,
    VerificationNeeded,
)
from yitang.public.services.jobs import accept_overdue
from yitang.public.services.rules.attachments import GivenFile
from yitang.public.services.rules.certificates import check_identifier
from yitang.public.services.rules.workflow import APPLICATION_WORKFLOW

from .factories import (
    AT,
    FATHER,
    MOTHER,
    PHOTO,
    RECORDS,
    make_draft,
    make_newborn_item,
    make_parent,
    make_submitted,
    reader,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def office() -> Organisation:
    return make_organisation("350102", name="城东公安分局", duties=("household",))


@pytest.fixture
def officer(office: Organisation) -> User:
    return make_officer("handler", organisation=office)


def submit(application: Application, **given: dict[str, str]) -> Application:
    return submit_application(
        application_id=application.pk,
        actor=application.applicant,
        at=AT,
        answers=given.get("answers", {}),
        doubts=given.get("doubts", {}),
    )


def test_the_form_is_prefilled_with_a_source_for_every_value_and_asks_nothing_known() -> None:
    draft = make_draft()
    shown = {one.field.name: one for one in shown_values(draft.applicant, draft)}
    assert shown["child_name"].text == "林知夏"
    assert shown["mother_name"].text == "林*芸"
    assert shown["mother_identity"].is_masked
    value = shown["child_name"].value
    assert value is not None
    assert (value.dataset, value.department, str(value.as_of)) == (
        "births",
        "department of births",
        "2026-11-20",
    )
    assert {state.name: state.satisfied_by for state in draft.materials.all()} == {
        "出生医学证明": "shared",
        "父母居民身份证": "shared",
        "结婚证": "shared",
        "落户申请表": "form",
    }
    draft.refresh_from_db()
    assert (draft.trips_before, draft.trips_after) == (2, 0)


def test_the_father_finds_the_same_records_through_the_marriage() -> None:
    records = copy.deepcopy(RECORDS)
    records["marriages"][FATHER] = records["marriages"][MOTHER]
    father = make_parent(FATHER)
    draft = draft_application(item=make_newborn_item(), actor=father, at=AT)
    found = prefill_application(application_id=draft.pk, actor=father, read=reader(records))
    assert found.values["child_name"].text == "林知夏"


def test_what_no_record_holds_is_asked_for_and_the_material_stays_to_be_brought() -> None:
    records = {**RECORDS, "births": {}}
    parent, item = make_parent(), make_newborn_item()
    draft = draft_application(item=item, actor=parent, at=AT)
    prefill_application(application_id=draft.pk, actor=parent, read=reader(records))
    assert draft.materials.get(name="出生医学证明").satisfied_by == ""
    with pytest.raises(AnswerMissing):
        submit(draft)
    answers = {
        "child_name": "林知夏",
        "child_sex": "2",
        "child_birth_date": "2026-11-12",
        "hospital": "省医院",
        "birth_certificate": "U1",
    }
    sent = submit(draft, answers=answers)
    assert sent.case is not None
    assert sent.case.state == "submitted"  # an officer looks at it first


def test_a_complete_application_is_accepted_at_once_and_due_by_the_promise(
    office: Organisation,
) -> None:
    sent = make_submitted()
    case = sent.case
    assert case is not None
    assert (case.state, case.organisation, case.division_code) == ("accepted", office, "350102")
    assert case.number.startswith("BJ-2611-")
    assert case.due_at is not None
    assert case.due_at.isoformat() == "2026-11-25T16:00:00+00:00"  # Wednesday 24:00
    with pytest.raises(AlreadySubmitted):
        submit(sent)
    with pytest.raises(AlreadySubmitted):
        save_draft(application_id=sent.pk, actor=sent.applicant, answers={}, doubts={})


def test_one_child_is_applied_for_once_by_either_parent_until_it_ends_without_result() -> None:
    sent = make_submitted()
    records = copy.deepcopy(RECORDS)
    records["marriages"][FATHER] = records["marriages"][MOTHER]
    father = make_parent(FATHER)
    draft = draft_application(item=sent.item, actor=father, at=AT)
    prefill_application(application_id=draft.pk, actor=father, read=reader(records))
    before = applied_before(father, draft)
    assert before == AppliedBefore("BJ-2611-00001", None)  # the mother's is not his to see
    with pytest.raises(AlreadyApplied, match="BJ-2611-00001"):
        submit(draft)
    move_application(case_id=sent.case_id or 0, verb="withdraw", actor=sent.applicant, at=AT)
    assert applied_before(father, draft) is None
    assert submit(draft).submitted_at == AT


def test_a_doubt_keeps_the_record_and_brings_an_officer_to_look(office: Organisation) -> None:
    draft = make_draft()
    save_draft(
        application_id=draft.pk,
        actor=draft.applicant,
        answers={"child_name": "改写"},
        doubts={"child_name": "林知暖", "address": ""},
    )
    value = draft.values.get(name="child_name")
    assert (value.text, value.doubt) == ("林知夏", "林知暖")
    sent = submit(draft, doubts={"child_name": "林知暖"})
    assert sent.case is not None
    assert sent.case.state == "submitted"
    again = draft_application(item=draft.item, actor=draft.applicant, at=AT)
    with pytest.raises(AnswerUnknown):
        submit(again, answers={"colour": "red"})


def test_an_officer_approves_after_the_records_were_read_again(officer: User) -> None:
    sent = make_submitted()
    assert sent.case is not None
    with pytest.raises(VerificationNeeded):
        advance_case(case_id=sent.case.pk, verb="approve", actor=officer, at=AT)
    case = decide_application(
        application_id=sent.pk, verb="approve", actor=officer, at=AT, read=reader()
    )
    assert case.state == "delivered"
    owned = certificates_of(sent.applicant)
    assert len(owned) == 1
    certificate, content = owned[0]
    check_identifier(certificate.identifier)
    assert (content.holder, content.facts["Mother"]) == ("林知夏", "林小芸")
    seen = check_certificate(f" {certificate.short_number.lower()} ", on=AT.date())
    assert (seen.is_valid, seen.holder, seen.issuer) == (True, "林*夏", "城东公安分局")
    assert check_certificate(certificate.identifier, on=AT.date()).number == seen.number
    assert certificate_for(sent.applicant, certificate.short_number) == certificate
    assert certificate_for(officer, certificate.short_number) == certificate
    with pytest.raises(NotFound):
        certificate_for(make_parent(FATHER), certificate.short_number)
    verbs = [event.verb for event in case_timeline(sent.applicant, case)]
    assert verbs == ["", "accept", "approve", "deliver"]


def test_a_record_that_changed_stops_the_approval_once_and_is_shown(officer: User) -> None:
    sent = make_submitted()
    changed = copy.deepcopy(RECORDS)
    changed["population"][MOTHER]["address"] = "临江市城北区"
    with pytest.raises(RecordChanged, match="Registered at"):
        decide_application(
            application_id=sent.pk, verb="approve", actor=officer, at=AT, read=reader(changed)
        )
    assert sent.values.get(name="address").verified == "changed"
    assert sent.values.get(name="child_name").verified == "same"
    case = decide_application(
        application_id=sent.pk, verb="approve", actor=officer, at=AT, read=reader(changed)
    )
    assert case.state == "delivered"


def test_a_refusal_needs_a_reason_and_makes_no_certificate(officer: User) -> None:
    sent = make_submitted()
    refuse = partial(
        decide_application,
        application_id=sent.pk, verb="refuse", actor=officer, at=AT, read=reader({}),
    )  # fmt: skip
    with pytest.raises(ReasonNeeded):
        refuse()
    assert set(sent.values.values_list("verified", flat=True)) == {""}  # no record was read
    case = refuse(note="不在辖区")
    assert case.state == "refused"
    assert certificates_of(sent.applicant) == []
    assert set(sent.values.values_list("verified", flat=True)) == {"gone"}


def test_what_is_missing_is_told_once(officer: User) -> None:
    draft = make_draft()
    sent = submit(draft, doubts={"child_name": "林知暖"})
    assert sent.case is not None
    case_id, mother = sent.case.pk, sent.applicant
    case = move_application(
        case_id=case_id, verb="ask_correction", actor=officer, at=AT, note="请补出生医学证明"
    )
    assert (case.state, case.due_at) == ("correcting", None)
    assert [verb.verb for verb in allowed_verbs(mother, case)] == ["correct", "withdraw"]
    answered = answer_correction(
        application_id=sent.pk, actor=mother, at=AT, words="已补", answers={"child_name": "林知夏"}
    )
    assert answered.case is not None
    assert answered.case.state == "submitted"
    told = correction_of(sent)
    assert told is not None
    assert (told.words, told.answer) == ("请补出生医学证明", "已补")
    with pytest.raises(AlreadyTold):
        move_application(
            case_id=case_id, verb="ask_correction", actor=officer, at=AT, note="还要一份"
        )
    accepted = move_application(case_id=case_id, verb="accept", actor=officer, at=AT)
    assert accepted.state == "accepted"


def test_silence_for_five_working_days_is_acceptance_from_the_day_of_receipt(
    office: Organisation,
) -> None:
    draft = make_draft()
    sent = submit(draft, doubts={"child_name": "林知暖"})
    assert accept_overdue_applications(at=AT + timedelta(days=7)) == 0  # its fifth day still runs
    assert accept_overdue_applications(at=AT + timedelta(days=8)) == 1
    sent.refresh_from_db()
    assert sent.case is not None
    assert sent.case.state == "accepted"
    # Three working days were promised and five have gone: it is due the same day.
    assert sent.case.due_at == AT.replace(hour=16) + timedelta(days=8)
    assert accept_overdue_applications(at=AT + timedelta(days=9)) == 0


def test_silence_after_an_answered_correction_is_acceptance_from_the_day_it_was_answered(
    officer: User,
) -> None:
    sent = submit(make_draft(), doubts={"child_name": "林知暖"})
    case_id, later = sent.case_id or 0, AT + timedelta(days=20)  # Thursday, 10 December
    move_application(case_id=case_id, verb="ask_correction", actor=officer, at=AT, note="请补")
    assert accept_overdue_applications(at=later) == 0  # the office waits for the applicant
    answer_correction(
        application_id=sent.pk, actor=sent.applicant, at=later, words="已补", answers={}
    )
    assert accept_overdue_applications(at=later + timedelta(days=7)) == 0  # its fifth day runs
    with time_machine.travel(later + timedelta(days=8), tick=False):
        accept_overdue()
    sent.refresh_from_db()
    assert sent.case is not None
    assert sent.case.state == "accepted"
    last = case_timeline(sent.applicant, sent.case)[-1]
    assert (last.verb, last.actor) == ("accept", system_actor())
    assert "行政许可法第三十二条" in last.note
    assert "补正材料之日（2026-12-10）" in last.note


def test_while_the_clock_stands_still_silence_is_nothing(officer: User) -> None:
    sent = submit(make_draft(), doubts={"child_name": "林知暖"})
    case_id, late = sent.case_id or 0, AT + timedelta(days=30)
    pause_case(case_id=case_id, reason="expert_review", actor=officer, at=AT)
    assert accept_overdue_applications(at=late) == 0
    resume_case(case_id=case_id, actor=officer, at=AT)
    assert accept_overdue_applications(at=late) == 1


def test_strangers_and_other_offices_neither_see_nor_decide(office: Organisation) -> None:
    sent = make_submitted()
    stranger, elsewhere = make_parent(FATHER), make_officer("handler")
    for user in (stranger, elsewhere):
        with pytest.raises(NotFound):
            application_for(user, sent.public_id)
    with pytest.raises(NotFound):
        application_for(stranger, "no-uuid")
    with pytest.raises(NotAllowed):
        decide_application(
            application_id=sent.pk, verb="approve", actor=elsewhere, at=AT, read=reader()
        )
    with pytest.raises(NotAllowed):
        open_value(application_id=sent.pk, name="mother_name", actor=elsewhere, at=AT)
    assert application_for(sent.applicant, str(sent.public_id)) == sent
    inside = make_officer("handler", organisation=office)
    assert sent.case is not None
    assert application_of_case(inside, sent.case) == sent
    assert applications_of(sent.applicant) == [sent]


def test_opening_a_masked_value_is_written_down_unless_it_is_ones_own(officer: User) -> None:
    sent = make_submitted()
    own = open_value(application_id=sent.pk, name="mother_name", actor=sent.applicant, at=AT)
    assert own.text == "林小芸"
    before = len(entries_about(blind_index(MOTHER)))
    opened = open_value(application_id=sent.pk, name="mother_identity", actor=officer, at=AT)
    assert opened.text == MOTHER
    entries = entries_about(blind_index(MOTHER))
    assert len(entries) == before + 1
    assert entries[0].action == "services.open_value"
    open_value(application_id=sent.pk, name="father_name", actor=officer, at=AT)
    for named in (MOTHER, FATHER):  # the applicant, and whose value it is
        assert (entries_about(blind_index(named))[0].details or {})["field"] == "father_name"
    with pytest.raises(NotFound):
        open_value(application_id=sent.pk, name="colour", actor=officer, at=AT)


def test_what_an_applicant_wrote_is_masked_for_others_until_it_is_opened(officer: User) -> None:
    parent, item = make_parent(), make_newborn_item()
    draft = draft_application(item=item, actor=parent, at=AT)
    births_only: dict[str, dict[str, dict[str, str]]] = {"births": RECORDS["births"]}
    prefill_application(application_id=draft.pk, actor=parent, read=reader(births_only))
    written = f"省妇幼，经办人电话13805912345，父亲证件{FATHER}"
    doubts = {"mother_name": "林晓芸", "child_name": "林知暖", "hospital": written}
    answers = {
        "address": f"城东区文屿路18号，电话13805912345，父亲证件{FATHER}",
        "division": "350102",
    }
    sent = submit(draft, answers=answers, doubts=doubts)
    mine = {one.field.name: one for one in shown_values(parent, sent)}
    seen = {one.field.name: one for one in shown_values(officer, sent)}
    assert (mine["address"].text, mine["hospital"].doubt) == (answers["address"], written)
    assert seen["mother_name"].doubt == "林*芸"
    assert seen["child_name"].doubt == "林知暖"  # whom the matter is about
    leader = make_officer("leader", organisation=make_organisation("350000"))
    led = {one.field.name: one for one in shown_values(leader, sent)}
    assert (led["child_name"].text, led["child_name"].doubt) == ("林*夏", "林*暖")
    for text in (seen["address"].text, seen["hospital"].doubt):
        assert FATHER not in text
        assert "13805912345" not in text
    assert all(seen[name].is_masked for name in ("address", "hospital", "mother_name"))
    opened = open_value(application_id=sent.pk, name="hospital", actor=officer, at=AT)
    assert opened.doubt == written
    assert (entries_about(blind_index(MOTHER))[0].details or {})["field"] == "hospital"


def test_an_answer_to_a_correction_is_masked_for_others_too(officer: User) -> None:
    sent = submit(make_draft(), doubts={"child_name": "林知暖"})
    move_application(
        case_id=sent.case_id or 0, verb="ask_correction", actor=officer, at=AT, note="请补"
    )
    words = "已补，请打13805912345"
    answer_correction(application_id=sent.pk, actor=sent.applicant, at=AT, words=words, answers={})
    told = correction_of(sent)
    assert told is not None
    assert shown_answer(sent.applicant, told) == words
    assert "13805912345" not in shown_answer(officer, told)
    opened = open_value(application_id=sent.pk, name=ANSWER, actor=officer, at=AT)
    assert opened.text == words
    assert (entries_about(blind_index(MOTHER))[0].details or {})["field"] == "answer"


def test_a_file_added_to_an_answer_is_opened_by_its_applicant_and_the_office_alone(
    office: Organisation, officer: User
) -> None:
    sent = submit(make_draft(), doubts={"child_name": "林知暖"})
    move_application(
        case_id=sent.case_id or 0, verb="ask_correction", actor=officer, at=AT, note="请补"
    )
    answer = partial(answer_correction, application_id=sent.pk, actor=sent.applicant, at=AT,
                     answers={})  # fmt: skip
    with pytest.raises(AnswerEmpty):
        answer(words=" ")
    with pytest.raises(AttachmentKindNotTaken):
        answer(words="", files=[GivenFile("出生证.jpg", b"<html>")])
    answer(words="", files=[GivenFile("林知暖出生证.pdf", PHOTO)])
    (own,), (seen,) = attachments_of(sent.applicant, sent), attachments_of(officer, sent)
    assert (own.name, seen.name, seen.kind) == ("林知暖出生证.pdf", "", "jpeg")
    opening = partial(open_attachment, application_id=sent.pk, attachment_id=own.public_id, at=AT)
    assert opening(actor=sent.applicant).content == PHOTO
    assert not entries_about(blind_index(MOTHER))
    leader = make_officer("leader", organisation=office)
    assert attachments_of(leader, sent) == [seen]
    with pytest.raises(NotAllowed):
        opening(actor=leader)
    with pytest.raises(NotFound):
        opening(actor=make_parent(FATHER))
    opened = opening(actor=officer)
    assert (opened.content, opened.content_type) == (PHOTO, "image/jpeg")
    for named in (MOTHER, FATHER):
        assert entries_about(blind_index(named))[0].action == "services.open_attachment"


def test_an_identity_number_that_cannot_be_is_refused_wherever_it_is_stated(
    officer: User,
) -> None:
    parent, item = make_parent(), make_newborn_item()
    draft = draft_application(item=item, actor=parent, at=AT)
    found = {"births": {MOTHER: RECORDS["births"][MOTHER] | {"father_identity": ""}},
             "population": RECORDS["population"]}  # fmt: skip
    prefill_application(application_id=draft.pk, actor=parent, read=reader(found))
    wrong = FATHER[:-1] + ("0" if FATHER[-1] != "0" else "1")
    with pytest.raises(IdentityNumberInvalid, match="check"):
        submit(draft, answers={"father_identity": wrong})
    sent = submit(draft, answers={"father_identity": FATHER})
    assert sent.submitted_at == AT
    move_application(
        case_id=sent.case_id or 0, verb="ask_correction", actor=officer, at=AT, note="请补"
    )
    with pytest.raises(IdentityNumberInvalid):
        answer_correction(
            application_id=sent.pk, actor=parent, at=AT, words="",
            answers={"father_identity": wrong},
        )  # fmt: skip


def test_only_open_items_with_a_form_and_a_linked_account_are_started() -> None:
    item, parent = make_newborn_item(), make_parent()
    with pytest.raises(IdentityNotLinked):
        draft_application(item=item, actor=create_user(username="x", at=AT), at=AT)
    item.state = "2"
    with pytest.raises(ItemNotOpen):
        draft_application(item=item, actor=parent, at=AT)
    item.state, item.form = "1", ""
    with pytest.raises(ItemNotOnline):
        draft_application(item=item, actor=parent, at=AT)
    item.form = "newborn"
    first = draft_application(item=item, actor=parent, at=AT)
    assert draft_application(item=item, actor=parent, at=AT) == first


def test_visits_are_counted_from_events_and_a_closed_case_takes_no_more(
    office: Organisation, officer: User
) -> None:
    sent = make_submitted()
    log_visit(application_id=sent.pk, organisation=office, reason="核对", actor=officer, at=AT)
    assert visits_per_closed_case().visits_per_case is None
    decide_application(application_id=sent.pk, verb="approve", actor=officer, at=AT, read=reader())
    assert visits_per_closed_case().visits_per_case == 1.0
    with pytest.raises(CaseClosed):
        log_visit(application_id=sent.pk, organisation=office, reason="x", actor=officer, at=AT)
    reading = metric_value(code="services.trips_saved", division_code="350000")
    assert reading.value == 1  # two before, one visit made
    assert metric_value(code="services.applications", division_code="350102").value == 1
    codes = ("applications", "trips_saved", "visits_per_closed_case")
    assert check_rollups([f"services.{code}" for code in codes]) == []


def test_a_closed_matter_is_rated_once(officer: User) -> None:
    sent = make_submitted()
    mother = sent.applicant
    with pytest.raises(RatingNotPossible):
        rate_application(application_id=sent.pk, stars=5, words="", actor=mother, at=AT)
    decide_application(application_id=sent.pk, verb="approve", actor=officer, at=AT, read=reader())
    for stars in (0, 6):
        with pytest.raises(RatingNotPossible):
            rate_application(application_id=sent.pk, stars=stars, words="", actor=mother, at=AT)
    rated = rate_application(application_id=sent.pk, stars=5, words="很快", actor=mother, at=AT)
    assert rated.rating == 5
    with pytest.raises(RatingNotPossible):
        rate_application(application_id=sent.pk, stars=1, words="", actor=mother, at=AT)


def test_a_revoked_or_altered_certificate_is_no_longer_valid(officer: User) -> None:
    sent = make_submitted()
    decide_application(application_id=sent.pk, verb="approve", actor=officer, at=AT, read=reader())
    certificate, _ = certificates_of(sent.applicant)[0]
    later = AT + timedelta(days=1)
    with pytest.raises(NotAllowed):
        revoke_certificate(
            certificate_id=certificate.pk, reason="x", actor=sent.applicant, at=later
        )
    original = certificate.content
    certificate.content = (original or "").replace("林知夏", "林知秋")
    certificate.save()
    assert not check_certificate(certificate.short_number, on=AT.date()).is_valid
    certificate.content = original
    certificate.signing_key = "00" * 32
    certificate.save()
    assert not check_certificate(certificate.short_number, on=AT.date()).is_signature_valid
    certificate.signing_key = public_key().hex()
    certificate.save()
    revoke_certificate(certificate_id=certificate.pk, reason="登记有误", actor=officer, at=later)
    seen = check_certificate(certificate.short_number, on=later.date())
    assert (seen.is_valid, seen.status, seen.is_signature_valid) == (False, "03", True)
    with pytest.raises(CertificateNotValid):
        revoke_certificate(certificate_id=certificate.pk, reason="x", actor=officer, at=later)
    with pytest.raises(CertificateUnknown):
        check_certificate("AAAA-AAAA", on=AT.date())


def test_a_move_that_is_not_declared_is_one_sentence(officer: User) -> None:
    sent = make_submitted()
    assert sent.case is not None
    with pytest.raises(TransitionNotAllowed, match="cannot deliver a case that is accepted"):
        move_application(case_id=sent.case.pk, verb="deliver", actor=officer, at=AT)


def test_the_workflow_does_what_it_declares() -> None:
    assert wrong_pairs(APPLICATION_WORKFLOW) == []
