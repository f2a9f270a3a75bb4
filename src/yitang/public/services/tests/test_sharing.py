"""Sharing that saves a trip, through the real exchange, with every read in the ledger."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest

from yitang.data.exchange.api import move_request
from yitang.data.lake.api import read_table
from yitang.ground.base.errors import NotAllowed
from yitang.ground.base.ids import Reference
from yitang.ground.casework.api import case_of_subject
from yitang.ground.ledger.api import entries_about
from yitang.ground.organisations.api import User, system_actor
from yitang.ground.organisations.tests.factories import make_officer, make_organisation
from yitang.ground.plumbing.api import blind_index
from yitang.public.services.api import (
    Application,
    certificates_of,
    decide_application,
    draft_application,
    hand_over_certificates,
    item_by_code,
    note_shared,
    prefill_application,
    records_reader,
    share_with_services,
    shared_datasets,
    sharing_gains,
    submit_application,
    trips_of,
)
from yitang.public.services.errors import SharingChangesNothing

from .factories import AT, FATHER, MOTHER, RECORDS, make_newborn_item, make_parent, make_silo

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def silos() -> Iterator[None]:
    make_silo("marriages", [RECORDS["marriages"][MOTHER]])
    make_silo("births", [RECORDS["births"][MOTHER]])
    people = [{"identity_number": key, **row} for key, row in RECORDS["population"].items()]
    make_silo("population", people)
    return iter(())


def drafted(mother: User) -> Application:
    draft = draft_application(item=item_by_code("N1"), actor=mother, at=AT)
    prefill_application(
        application_id=draft.pk, actor=mother, read=records_reader(draft, actor=mother, at=AT)
    )
    return draft


@pytest.mark.usefixtures("silos")
def test_each_dataset_shared_fills_more_of_the_form_and_saves_a_trip() -> None:
    item, mother = make_newborn_item(), make_parent()
    assert len(trips_of(item).after) == 2
    assert drafted(mother).values.count() == 0
    actor = system_actor()
    for code in ("population", "marriages"):
        share_with_services(dataset=code, actor=actor, at=AT)
    assert sharing_gains()[0].dataset == "births"
    shared = share_with_services(dataset="births", actor=actor, at=AT)
    assert (shared.items, shared.trips_a_year) == (("N1",), 2 * 52_000)
    assert len(shared.grants) == 1
    assert shared_datasets() == {"births", "marriages", "population"}
    assert len(trips_of(item).after) == 0
    draft = drafted(mother)
    child = draft.values.get(name="child_name")
    assert (child.text, child.department, child.batch) == ("林知夏", "owner of births", "batch-7")
    assert child.as_of == date(2026, 11, 20)
    entries = entries_about(blind_index(MOTHER))
    read = {entry.dataset: entry for entry in entries if entry.action == "exchange.read"}
    assert set(read) == {"births", "marriages", "population"}
    assert read["births"].matter == Reference("services.application", str(draft.public_id))
    assert child.ledger_entry in {str(entry.id) for entry in entries}
    assert entries_about(blind_index(FATHER))  # named in the same records


@pytest.mark.usefixtures("silos")
def test_the_officer_decides_on_the_exchange_and_certificates_go_to_the_lake() -> None:
    office = make_organisation("350102", name="城东公安分局", duties=("household",))
    officer, mother, actor = (
        make_officer("handler", organisation=office),
        make_parent(),
        system_actor(),
    )
    make_newborn_item()
    for code in ("population", "marriages", "births"):
        share_with_services(dataset=code, actor=actor, at=AT)
    draft = drafted(mother)
    sent = submit_application(application_id=draft.pk, actor=mother, at=AT, answers={}, doubts={})
    case = decide_application(
        application_id=sent.pk,
        verb="approve",
        actor=officer,
        at=AT,
        read=records_reader(sent, actor=officer, at=AT),
    )
    assert case.state == "delivered"
    receipt = hand_over_certificates(owner=office, actor=actor, at=AT)
    assert (receipt.delivered, receipt.accepted) == (1, 1)
    table = read_table("e-certificates").to_pylist()
    assert table[0]["identifier"] == certificates_of(mother)[0][0].identifier


@pytest.mark.usefixtures("silos")
def test_with_its_grant_a_dataset_stops_standing_in_for_papers() -> None:
    item, actor = make_newborn_item(), system_actor()
    grant = share_with_services(dataset="births", actor=actor, at=AT).grants[0]
    assert shared_datasets() == {"births"}
    case = case_of_subject(Reference("exchange.request", str(grant.request.public_id)))
    move_request(case_id=case.pk, verb="suspend", actor=actor, at=AT, note="滥用")
    assert shared_datasets() == frozenset()
    assert len(trips_of(item).after) == 2
    draft = drafted(make_parent())
    assert not draft.values.filter(dataset="births").exists()


def test_datasets_shared_by_other_means_are_noted_once() -> None:
    item = make_newborn_item()
    assert note_shared(["population", "marriages"], actor=system_actor(), at=AT) == 2
    assert note_shared(["population"], actor=system_actor(), at=AT) == 0
    assert [gain.dataset for gain in sharing_gains()] == ["births"]
    assert len(trips_of(item, shared=[]).after) == 2
    with pytest.raises(NotAllowed):
        note_shared(["births"], actor=make_parent(), at=AT)
    with pytest.raises(NotAllowed):
        share_with_services(dataset="births", actor=make_officer("handler"), at=AT)


@pytest.mark.usefixtures("silos")
def test_sharing_what_no_item_asks_for_is_refused_instead_of_called_done() -> None:
    with pytest.raises(SharingChangesNothing):
        share_with_services(dataset="births", actor=system_actor(), at=AT)
    assert shared_datasets() == frozenset()
