"""Reads under a grant: what is handed out, what is refused, what the ledger says of both."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pyarrow as pa
import pytest
from django.db import transaction

from yitang.data.catalogue.tests.factories import make_dataset
from yitang.data.exchange.api import (
    Grant,
    Matter,
    active_grant,
    case_matters,
    decide_sharing,
    exchange_folder,
    expire_grants,
    find_records,
    grant_uses,
    publish_snapshot,
    published,
    read_record,
    reads_today,
    refresh_snapshots,
    share_dataset,
    supplied_datasets,
    used_today,
)
from yitang.data.exchange.errors import (
    ColumnNotSearchable,
    Denied,
    FieldsNotGranted,
    GrantInactive,
    GrantOutOfTime,
    GrantUnknown,
    MatterNotCovered,
    MatterUnknown,
    NothingPublished,
    OrganisationDiffers,
    PurposeDiffers,
    QuotaSpent,
)
from yitang.data.exchange.events import DatasetShared, GrantStopped
from yitang.data.exchange.rules import Record, snapshot_path
from yitang.data.lake.api import read_table, replace_table
from yitang.ground.base.errors import NotAllowed
from yitang.ground.base.ids import Reference
from yitang.ground.casework.api import Case, case_timeline
from yitang.ground.ledger.api import LedgerEntry, entries_about, index_segments
from yitang.ground.organisations.api import User, system_actor
from yitang.ground.organisations.tests.factories import (
    make_appointment,
    make_officer,
    make_organisation,
    make_user,
)
from yitang.ground.plumbing.api import blind_index, registered_events

from .factories import (
    AT,
    FATHER,
    MATTER,
    MATTER_KIND,
    MOTHER,
    OTHER,
    PURPOSE,
    ROWS,
    brought_to,
    deliver,
    make_births,
    make_grant,
    make_matter,
    make_police,
    make_request,
)

pytestmark = pytest.mark.django_db


def read(grant: Grant, key: str = MOTHER, **values: object) -> Record | None:
    given: dict[str, object] = {
        "purpose": PURPOSE,
        "matter": MATTER,
        "actor": system_actor(),
        "at": AT,
    }
    return read_record(grant=grant, key=key, **(given | values))  # type: ignore[arg-type]


def case_of(grant: Grant) -> Case:
    return Case.objects.get(subject_id=str(grant.request.public_id))


def entries(number: str = MOTHER) -> list[LedgerEntry]:
    return entries_about(blind_index(number))


def test_the_latest_record_comes_with_the_granted_fields_and_their_source() -> None:
    grant = make_grant()
    record = read(grant)
    assert record is not None
    assert record.values == {
        "child_name": "陈曦", "birth_date": "2026-11-02", "mother_identity": MOTHER,
    }  # fmt: skip
    source = record.provenance["birth_date"]
    assert (source.dataset, source.organisation, source.batch) == (
        "births", "闽海省卫生健康委员会", "batch-1",
    )  # fmt: skip
    assert source.as_of == "2026-11-20 01:00:00"
    (entry,) = entries()
    assert record.entry == str(entry.id)
    assert (entry.action, entry.organisation, entry.purpose, entry.matter, entry.dataset) == (
        "exchange.read", "闽海省公安厅", PURPOSE, MATTER, "births",
    )  # fmt: skip
    assert (entry.details or {})["fields"] == "child_name, birth_date, mother_identity"


def test_a_value_that_a_base_took_from_elsewhere_names_that_source() -> None:
    residents = make_dataset("residents", organisation=make_police())
    base = make_births("population")
    table = read_table("population").append_column(
        "child_name_from", pa.array(["residents", None, "residents"])
    )
    table = table.append_column("child_name_as_of", pa.array([date(2026, 10, 1)] * 3, pa.date32()))
    kept = [name for name in table.column_names if not name.startswith("_")]
    replace_table(
        dataset="population", table=table.select(kept), batch="base-2", source="fusion", at=AT
    )
    grant = make_grant(base, organisation=make_organisation("350000", name="闽海省民政厅"))
    first, second = read(grant, "B1"), read(grant, "B2")
    assert first is not None
    assert second is not None
    taken, own = first.provenance["child_name"], second.provenance["child_name"]
    assert (taken.dataset, taken.dataset_name, taken.organisation, taken.as_of) == (
        "residents", residents.name, "闽海省公安厅", "2026-10-01",
    )  # fmt: skip
    assert own.dataset == first.provenance["birth_date"].dataset == "population"


def test_all_records_of_a_key_or_of_one_column() -> None:
    grant = make_grant(fields=["child_name"])
    kwargs = {"matter": None, "purpose": PURPOSE, "actor": system_actor(), "at": AT}
    names = [r.values["child_name"] for r in find_records(grant=grant, key=FATHER, **kwargs)]  # type: ignore[arg-type]
    assert names == ["陈曦", "陈晨"]
    assert read(grant, FATHER, column="mother_identity") is None
    assert read(grant, "B3", column="record_number") is not None
    with pytest.raises(ColumnNotSearchable, match="searchable: record_number"):
        read(grant, column="child_name")


def test_everyone_named_in_what_was_handed_out_finds_the_read() -> None:
    grant = make_grant(fields=["mother_identity", "father_identity"])
    read(grant, "B2")
    assert [len(entries(number)) for number in (MOTHER, FATHER, OTHER)] == [1, 1, 0]


def test_whoever_is_in_the_record_finds_the_read_whichever_fields_were_asked() -> None:
    read(make_grant(fields=["child_name"]), "B2")
    assert [len(entries(number)) for number in (MOTHER, FATHER, OTHER)] == [1, 1, 0]


def test_a_person_reads_only_for_the_demander_itself_unless_a_service_asks() -> None:
    grant = make_grant()
    asked = {"grant": grant, "key": "B2", "matter": None, "purpose": PURPOSE, "at": AT}
    own = make_officer("handler", organisation=grant.organisation)
    leader = make_officer("leader", organisation=grant.organisation)
    nearby = make_officer("handler", organisation=make_organisation("350102"))
    assert find_records(actor=own, **asked)  # type: ignore[arg-type]
    for other in (leader, nearby, make_user()):
        with pytest.raises(OrganisationDiffers):
            find_records(actor=other, **asked)  # type: ignore[arg-type]
        with pytest.raises(OrganisationDiffers):
            read_record(actor=other, **asked)  # type: ignore[arg-type]
    for other in (nearby, make_user()):
        assert find_records(actor=other, directly=False, **asked)  # type: ignore[arg-type]


def test_whoever_reads_stands_in_the_ledger_under_their_own_office() -> None:
    grant = make_grant()
    nearby = make_officer("handler", organisation=make_organisation("350102", name="城东分局"))
    outside = make_officer("handler", organisation=make_organisation("360102", name="外省分局"))
    own = make_officer("handler", organisation=grant.organisation)
    make_appointment(own, "clerk", make_organisation("350102", name="城西分局"))
    for actor in (own, nearby, make_user()):
        assert read(grant, "B2", actor=actor, matter=None, directly=False)
    for actor in (outside, make_user()):
        with pytest.raises(OrganisationDiffers):
            read(grant, "B2", actor=actor, matter=None)
    assert [(entry.action, entry.organisation) for entry in reversed(entries("B2"))] == [
        ("exchange.read", "闽海省公安厅"),
        ("exchange.read", "城东分局"),
        ("exchange.read", "闽海省公安厅"),  # a citizen's form is filled for the demander
        ("exchange.denied", "外省分局"),
        ("exchange.denied", ""),
    ]


def test_a_read_serves_an_open_matter_of_the_readers_office() -> None:
    grant = make_grant(matter_kinds=[MATTER_KIND])
    own = make_officer("handler", organisation=grant.organisation)
    make_matter(holder=grant.organisation)
    assert read(grant, "B2", actor=own)
    used = used_today(grant, at=AT)
    sentence = "There is no open matter test.matter:0198 of yours"
    for values in ({"is_open": False, "holder": grant.organisation}, {"owner": make_user()}, {}):
        make_matter(**values)
        with pytest.raises(MatterUnknown, match=sentence):
            read(grant, "B2", actor=own)
    make_matter(holder=grant.organisation)
    for nobody in (Reference(MATTER_KIND, "nobody"), Reference("test.unheard_of", "1")):
        with pytest.raises(Denied):
            read(grant, "B2", actor=own, matter=nobody)
        with pytest.raises(Denied):
            read(grant, "B2", matter=nobody)
    assert used_today(grant, at=AT) == used  # what is refused spends no quota
    refused = [entry for entry in entries("B2") if entry.action == "exchange.denied"]
    assert [(entry.details or {})["error"] for entry in refused].count(
        "exchange.matter_unknown"
    ) == 5


def test_a_matter_is_its_owners_too_and_that_of_a_case_is_known_by_it() -> None:
    grant, citizen = make_grant(), make_user()
    make_matter(owner=citizen)
    assert read(grant, "B2", actor=citizen, directly=False)
    with pytest.raises(MatterUnknown):
        read(grant, "B2", actor=make_user(), directly=False)
    asked = brought_to("received", make_request(grant.dataset, purpose="other"))
    found = case_matters("exchange.request")(str(asked.public_id))
    assert found == Matter(is_open=True, holder=asked.provider_id, owner=None)
    assert case_matters("exchange.request")("nobody") is None


def test_the_row_rule_is_asked_before_the_limit() -> None:
    births = make_births(
        rows=[
            ("B1", "陈晨", date(2024, 3, 1), MOTHER, FATHER, "350102"),
            ("B2", "陈曦", date(2026, 11, 2), MOTHER, FATHER, "350203"),
        ]
    )
    grant = make_grant(births, row_column="division_code", row_prefixes=["3501"])
    record = read(grant)
    assert record is not None
    assert record.values["child_name"] == "陈晨"


def test_a_search_that_finds_nothing_leaves_an_entry_too() -> None:
    grant = make_grant()
    assert read(grant, "110101199003079999") is None
    (entry,) = entries("110101199003079999")
    assert entry.action == "exchange.sought"


def test_a_read_is_in_the_ledger_whatever_becomes_of_the_caller(
    transactional_db: None,
) -> None:
    grant = make_grant()
    with transaction.atomic():
        read(grant)
        transaction.set_rollback(True)
    index_segments()
    assert len(entries()) == 1


LATER, EARLIER = datetime(2027, 11, 1, tzinfo=UTC), datetime(2026, 10, 31, tzinfo=UTC)


@pytest.mark.parametrize(
    ("values", "error"),
    [
        ({"purpose": "curiosity"}, PurposeDiffers),
        ({"matter": None}, MatterNotCovered),
        ({"matter": Reference("hotline.appeal", "1")}, MatterNotCovered),
        ({"fields": ["father_identity"]}, FieldsNotGranted),
        ({"at": LATER}, GrantOutOfTime),
        ({"at": EARLIER}, GrantOutOfTime),
    ],
)
def test_what_the_grant_does_not_cover_is_refused_and_recorded(
    values: dict[str, object], error: type[Denied]
) -> None:
    grant = make_grant(matter_kinds=[MATTER_KIND])
    assert read(grant) is not None
    with pytest.raises(error):
        read(grant, MOTHER, **values)
    refused = [entry for entry in entries() if entry.action == "exchange.denied"]
    assert [(entry.details or {})["error"] for entry in refused] == [error.code]


def test_officers_of_others_may_not_use_the_grant() -> None:
    grant = make_grant(matter_kinds=[MATTER_KIND])
    here = make_organisation("350102")
    inside = make_officer("handler", organisation=here)
    outside = make_officer("handler", organisation=make_organisation("360102"))
    citizen = make_user()
    make_matter(holder=here, owner=citizen)
    assert read(grant, actor=inside, directly=False) is not None
    assert read(grant, actor=citizen, directly=False) is not None
    with pytest.raises(OrganisationDiffers):
        read(grant, actor=outside, directly=False)
    with pytest.raises(OrganisationDiffers):
        read(grant, organisation=make_organisation("350102"))
    assert read(grant, organisation=grant.organisation) is not None
    assert sum(entry.action == "exchange.denied" for entry in entries()) == 2


def test_the_quota_is_a_civil_days() -> None:
    grant = make_grant(quota=2)
    assert read(grant)
    assert read(grant)
    with pytest.raises(QuotaSpent):
        read(grant)
    assert used_today(grant, at=AT) == 2
    other = make_grant(grant.dataset, purpose="别的用途")
    assert read(other, purpose="别的用途")
    assert reads_today(system_actor(), at=AT) == (2, 3)
    assert reads_today(make_officer("data_officer"), at=AT) == (0, 0)
    tomorrow = datetime(2026, 11, 20, 16, 0, tzinfo=UTC)  # midnight in Shanghai
    assert read(grant, at=tomorrow)


def test_only_rows_within_the_grant_are_found() -> None:
    grant = make_grant(row_column="division_code", row_prefixes=["3501"])
    assert read(grant, "B2") is not None
    assert read(grant, "B3") is None


def test_a_suspended_grant_reads_nothing_until_it_is_resumed() -> None:
    grant = make_grant()
    request = brought_to("supplied", grant.request) if grant.request.case is None else grant.request
    for verb, works in (("suspend", False), ("resume", True), ("terminate", False)):
        decide_sharing(request=request, verb=verb, actor=system_actor(), at=AT, note="misuse")
        grant.refresh_from_db()
        if works:
            assert read(grant)
        else:
            with pytest.raises(GrantInactive):
                read(grant)


def test_what_is_past_its_last_day_is_terminated_by_the_platform() -> None:
    grant = make_grant()
    assert expire_grants(at=AT) == 0
    assert expire_grants(at=LATER) == 1
    grant.refresh_from_db()
    assert grant.state == "ended"
    assert case_of(grant).state == "terminated"
    assert expire_grants(at=LATER) == 0


def test_a_snapshot_follows_the_lake_by_a_swap() -> None:
    grant = make_grant()
    before = published("births")
    assert publish_snapshot(grant.dataset, at=AT) == before  # the same version: nothing to do
    deliver(grant.dataset, [(*ROWS[1][:1], "陈小曦", *ROWS[1][2:])], batch="batch-2")
    found = read(grant)
    assert found is not None
    assert found.values["child_name"] == "陈曦"
    assert refresh_snapshots(at=AT, codes=["births", "others"]) == 1
    found = read(grant)
    assert found is not None
    assert (found.values["child_name"], found.provenance["child_name"].batch) == (
        "陈小曦", "batch-2",
    )  # fmt: skip
    after = published("births")
    assert before is not None
    assert after is not None
    assert (before.rows, after.rows) == (3, 1)


def test_a_granted_dataset_without_its_snapshot_says_so() -> None:
    grant = make_grant()
    unpublished = replace(grant.compiled(), dataset="elsewhere")
    assert published("elsewhere") is None
    grant.dataset.code = unpublished.dataset
    with pytest.raises(NothingPublished):
        read(grant)


def test_identity_numbers_stand_in_no_index_of_a_snapshot() -> None:
    make_grant(fields=["child_name"])
    path = snapshot_path(exchange_folder(), "births")
    assert path.stat().st_mode & 0o077 == 0
    assert blind_index(MOTHER).encode() not in path.read_bytes()


def test_one_step_does_the_whole_path_once_and_tells_those_above(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    births, police = make_births(), make_police()
    heard: list[object] = []
    monkeypatch.setattr("yitang.data.exchange.actions.requests.announce", heard.append)
    leader = make_officer("leader", organisation=police)
    assert supplied_datasets(at=AT) == frozenset()

    def share(actor: User) -> Grant:
        return share_dataset(
            dataset="births", organisation=police, purpose=PURPOSE, actor=actor, at=AT
        )

    with pytest.raises(NotAllowed):
        share(make_officer("handler", organisation=police))
    grant = share(leader)
    assert share(leader) == grant
    assert [type(event) for event in heard] == [DatasetShared]
    assert supplied_datasets(at=AT, organisation=police) == {"births"}
    assert supplied_datasets(at=AT, organisation=births.organisation) == frozenset()
    case = case_of(grant)
    verbs = [event.verb for event in case_timeline(system_actor(), case)]
    assert verbs == ["", "submit", "agree", "supply"]
    assert read(grant) is not None
    assert [use.action for use in grant_uses(grant)] == ["exchange.read"]
    with pytest.raises(GrantUnknown):
        active_grant(dataset="births", organisation=police, purpose="other", at=AT)


def test_the_rooms_events_are_known() -> None:
    assert {DatasetShared, GrantStopped} <= set(registered_events())
