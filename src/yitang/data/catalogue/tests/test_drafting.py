"""The way of an entry: every state × verb, consent, review, the Decree's deadlines, versions."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import transaction

from yitang.data.catalogue.api import (
    EntryVersion,
    amend_entry,
    changes_in,
    changes_since,
    dataset,
    draft_entry,
    draft_of,
    events_of,
    last_sequence,
    move_entry,
    publish_dataset,
    register_dataset,
    retire_dataset,
    version_for,
    versions_of,
)
from yitang.data.catalogue.errors import (
    DraftClosed,
    DraftOutdated,
    DraftUnderWay,
    EntryIncomplete,
    LawChangeInFuture,
    NotPublishable,
    VersionUnknown,
)
from yitang.data.catalogue.rules import ENTRY, UPDATE_EXTENSION, DatasetSpec
from yitang.ground.base.clock import civil_date
from yitang.ground.base.errors import NotAllowed
from yitang.ground.casework.api import Case, case_timeline, extend_case, worklist
from yitang.ground.casework.errors import TransitionNotAllowed
from yitang.ground.organisations.api import Organisation, system_actor
from yitang.ground.organisations.tests.factories import make_officer, make_organisation

from .factories import AT, make_complete_spec, make_dataset

pytestmark = pytest.mark.django_db

ASSESSED = {"secrecy_risk": "不含国家秘密、工作秘密", "privacy_impact": "仅按最小范围共享，影响低"}
PATHS: dict[str, tuple[str, ...]] = {
    "drafted": (),
    "proposed": ("propose",),
    "submitted": ("propose", "consent"),
    "returned": ("propose", "consent", "return"),
    "published": ("propose", "consent", "publish"),
    "withdrawn": ("withdraw",),
}


def make_draft(
    spec: DatasetSpec | None = None, *, organisation: Organisation | None = None, **values: object
) -> EntryVersion:
    return draft_entry(
        spec=spec or make_complete_spec(),
        organisation=organisation or make_organisation(),
        actor=system_actor(),
        at=AT,
        **(ASSESSED | values),  # type: ignore[arg-type]
    )


def case_of(version: EntryVersion) -> Case:
    assert version.case is not None
    return Case.objects.get(pk=version.case.pk)


def move(version: EntryVersion, *verbs: str, note: str = "because") -> Case:
    for verb in verbs:
        move_entry(case_id=case_of(version).pk, verb=verb, actor=system_actor(), at=AT, note=note)
    return case_of(version)


def due_day(case: Case) -> date | None:
    return civil_date(case.due_at - timedelta(seconds=1)) if case.due_at else None


def test_the_paths_reach_every_state() -> None:
    assert set(PATHS) == set(ENTRY.states)


@pytest.mark.parametrize("state", ENTRY.states)
def test_every_verb_is_declared_and_done_or_refused(state: str) -> None:
    declared = {step.verb: step.target for step in ENTRY.leaving(state)}
    version = make_draft()
    case = move(version, *PATHS[state])
    for verb in ENTRY.verbs:
        with transaction.atomic():
            try:
                move(version, verb)
                done = True
            except TransitionNotAllowed:
                done = False
            moved = case_of(version).state
            transaction.set_rollback(True)
        assert (verb, done, moved) == (verb, verb in declared, declared.get(verb, state))
    assert case_of(version).state == case.state


def test_head_and_authority_consent_and_publish_and_only_they() -> None:
    own, bureau = make_organisation(duties=("births",)), make_organisation(duties=("data",))
    officer = make_officer("data_officer", organisation=own)
    head = make_officer("sharing_head", organisation=own)
    authority = make_officer("sharing_head", organisation=bureau)
    stranger = make_officer("sharing_head", organisation=make_organisation(duties=("roads",)))
    register_dataset(spec=make_complete_spec("residents"), organisation=own, actor=officer, at=AT)
    entry = dataset("residents")
    version = draft_of(officer, entry)
    assert version is not None
    assert draft_of(stranger, entry) is None
    with pytest.raises(NotPublishable, match="has not submitted"):
        publish_dataset(code="residents", actor=authority, at=AT)
    amend_entry(version=version, actor=officer, at=AT, secrecy_risk="无", privacy_impact="低")
    for verb, right in (("propose", officer), ("consent", head), ("publish", authority)):
        for actor in {officer, head, authority, stranger} - {right}:
            with pytest.raises(NotAllowed):
                move_entry(case_id=case_of(version).pk, verb=verb, actor=actor, at=AT)
        move_entry(case_id=case_of(version).pk, verb=verb, actor=right, at=AT)
        if verb == "consent":
            assert case_of(version).organisation == bureau
            assert [row.pk for row in worklist(authority, at=AT).rows] == [version.case_id]
    version = version_for(authority, version.public_id)
    assert (version.consented_by, version.published_by) == (head, authority)
    assert (version.number, version.is_direct) == (1, False)
    assert dataset("residents").is_published
    assert [event.verb for event in events_of(entry)] == ["registered", "published"]
    told = [event.actor for event in case_timeline(system_actor(), case_of(version))]
    assert told == [officer, officer, head, authority]


def test_a_change_of_the_law_gives_ten_working_days_and_five_more_with_consent() -> None:
    bureau = make_organisation(duties=("data",))
    supervisor = make_officer("supervisor", organisation=bureau)
    version = make_draft(law="国令第809号", law_changed_on=date(2026, 11, 20))
    assert due_day(case_of(version)) == date(2026, 12, 4)  # AT is Monday the 23rd
    officer = make_officer("data_officer", organisation=version.organisation)
    with pytest.raises(NotAllowed):
        extend_case(
            case_id=case_of(version).pk, term=UPDATE_EXTENSION, reason="x", actor=officer, at=AT
        )
    extend_case(
        case_id=case_of(version).pk, term=UPDATE_EXTENSION, reason="多部门会商",
        actor=supervisor, at=AT,
    )  # fmt: skip
    assert due_day(case_of(version)) == date(2026, 12, 11)
    case = move(version, "propose")
    assert due_day(case) == date(2026, 12, 11)  # the clock goes on until it is submitted
    case = move(version, "consent")
    assert due_day(case) == date(2026, 11, 25)  # D2
    assert due_day(move(version, "return")) is None
    assert due_day(case_of(make_draft(make_complete_spec("other")))) is None
    with pytest.raises(LawChangeInFuture, match="2026-11-24"):
        make_draft(make_complete_spec("third"), law_changed_on=date(2026, 11, 24))


def test_everything_missing_is_said_at_once() -> None:
    bare = replace(make_complete_spec("bare"), abstract="", format_type="", mode_type="")
    version = make_draft(bare, secrecy_risk="", privacy_impact="")
    with pytest.raises(EntryIncomplete) as caught:
        move(version, "propose")
    said = str(caught.value)
    for part in ("abstract", "data format", "sharing mode", "secrecy risk", "personal information"):
        assert part in said
    amend_entry(
        version=version,
        actor=system_actor(),
        at=AT,
        spec=make_complete_spec("bare"),
        secrecy_risk="无",
        privacy_impact="低",
    )
    assert move(version, "propose").state == "proposed"
    with pytest.raises(DraftClosed):
        amend_entry(version=version, actor=system_actor(), at=AT, spec=bare)


def test_what_is_returned_says_why_and_is_corrected() -> None:
    own, bureau = make_organisation(), make_organisation(duties=("data",))
    version = make_draft(organisation=own)
    move(version, "propose", "consent")
    case = move(version, "return", note="共享条件不得自行增设")
    assert case.organisation == own
    assert version_for(system_actor(), version.public_id).returned_because == "共享条件不得自行增设"
    better = replace(version.spec, abstract="改过的摘要")
    amend_entry(version=version, actor=system_actor(), at=AT, spec=better)
    assert move(version, "propose", "consent").organisation == bureau
    move(version, "publish")
    assert dataset(version.dataset.code).abstract == "改过的摘要"


def test_a_published_entry_stays_while_its_change_is_under_way() -> None:
    own = make_organisation(duties=("births",))
    entry = make_dataset("residents", organisation=own, format_type="xlsx", mode_type="file")
    officer = make_officer("data_officer", organisation=own)
    changed = replace(entry.spec, name="常住人口", items=(replace(entry.spec.items[0], grade=2),))
    register_dataset(spec=changed, organisation=own, actor=officer, at=AT)
    register_dataset(spec=changed, organisation=own, actor=officer, at=AT)  # the same again
    assert dataset("residents").name == "常住人口登记信息"
    version = draft_of(officer, entry)
    assert version is not None
    with pytest.raises(DraftUnderWay):
        draft_entry(spec=changed, organisation=own, actor=officer, at=AT)
    found = {(change.item, change.field) for change in changes_in(version)}
    assert found == {
        ("", "name"), ("record", "grade"), ("identity_number", "item"), ("name", "item"),
        ("birth_date", "item"),
    }  # fmt: skip
    move(version, "publish_directly")
    entry = dataset("residents")
    assert (entry.name, entry.version, entry.items.count()) == ("常住人口", 2, 1)
    assert [row.number for row in versions_of(officer, entry)] == [2, 1]
    assert [row.state for row in versions_of(officer, entry)] == ["published", "superseded"]
    first = versions_of(officer, entry)[-1]
    assert first.spec.name == "常住人口登记信息"
    assert len(first.spec.items) == 4
    assert events_of(entry)[-1].verb == "changed directly"
    assert versions_of(AnonymousUser(), entry) == []
    with pytest.raises(VersionUnknown):
        version_for(AnonymousUser(), first.public_id)


def test_a_draft_does_not_undo_what_was_published_meanwhile() -> None:
    spec = make_complete_spec("residents")
    entry = make_dataset(
        "residents", items=spec.items, classification="101", format_type="xlsx", mode_type="file"
    )
    version = make_draft(replace(entry.spec, abstract="草稿"), organisation=entry.organisation)
    move(version, "propose", "consent")
    register_dataset(
        spec=replace(entry.spec, grade=4), organisation=entry.organisation,
        actor=system_actor(), at=AT,
    )  # fmt: skip
    with pytest.raises(DraftOutdated, match="version 2"):
        move(version, "publish")
    move(version, "return")
    amend_entry(
        version=version, actor=system_actor(), at=AT,
        spec=replace(dataset("residents").spec, abstract="草稿"),
    )  # fmt: skip
    move(version, "propose", "consent", "publish")
    entry = dataset("residents")
    assert (entry.abstract, entry.grade, entry.version) == ("草稿", 4, 3)


def test_resource_codes_are_numbered_within_their_class() -> None:
    first = make_dataset("a1", classification="101")
    second = make_dataset("a2", classification="101")
    other = make_dataset("b1", classification="303120001")
    own = make_dataset("c1", classification="101", resource_code="101/7")
    assert [row.resource_code for row in (first, second, other, own)] == [
        "101/000001", "101/000002", "303120001/000001", "101/7",
    ]  # fmt: skip
    register_dataset(
        spec=replace(first.spec, resource_code="", name="新名称"),
        organisation=first.organisation, actor=system_actor(), at=AT,
    )  # fmt: skip
    assert dataset("a1").resource_code == "101/000001"


@pytest.fixture
def changing() -> Callable[..., None]:
    def change(**values: object) -> None:
        entry = dataset("residents")
        register_dataset(
            spec=replace(entry.spec, **values),  # type: ignore[arg-type]
            organisation=entry.organisation, actor=system_actor(), at=AT,
        )  # fmt: skip

    return change


def test_the_feed_tells_each_reader_what_they_may_see(changing: Callable[..., None]) -> None:
    make_dataset("residents")
    make_dataset("draft", published=False)
    changing(open=True, opening_condition="无")
    changing(grade=4)
    changing(open=False)
    retire_dataset(code="residents", actor=system_actor(), at=AT, reason="并库")
    officer = make_officer("leader")
    assert [row.kind for row in changes_since(officer)] == [
        "published", "changed", "changed", "changed", "retired",
    ]  # fmt: skip
    public = changes_since(AnonymousUser())
    assert [(row.sequence, row.kind) for row in public] == [
        (2, "published"), (3, "changed"), (4, "removed"),
    ]  # fmt: skip
    assert changes_since(officer, after=4)[0].kind == "retired"
    assert [row.sequence for row in changes_since(officer, after=1, limit=2)] == [2, 3]
    assert last_sequence() == 5
