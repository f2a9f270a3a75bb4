"""Each workflow × each state × each verb that the state does not allow, by page and over JSON."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from django.test import Client

from tests.bad_input.sentences import fault_of, sentence_of
from yitang.data.catalogue.api import draft_entry
from yitang.data.catalogue.rules import ENTRY_WORKFLOW
from yitang.data.catalogue.tests.factories import make_complete_spec
from yitang.data.collection.api import drifts, gather_file
from yitang.data.collection.errors import ColumnsDrifted
from yitang.data.collection.rules import DRIFT_WORKFLOW, FETCH_WORKFLOW
from yitang.data.collection.tests.factories import HEADER, make_residents, resident, write_csv
from yitang.data.exchange.tests.factories import make_births, make_request
from yitang.ground.casework.api import Workflow, workflows
from yitang.ground.casework.models import Case
from yitang.ground.casework.tests.factories import AT, make_case
from yitang.ground.organisations.api import system_actor
from yitang.ground.organisations.tests.factories import (
    make_appointment,
    make_officer,
    make_organisation,
)
from yitang.public.hotline.tests.factories import make_appeal, make_province
from yitang.public.services.tests.factories import make_submitted

pytestmark = [pytest.mark.django_db, pytest.mark.once]
ZH = {"Accept-Language": "zh-CN"}
REFUSED = {409, 422}
WORKFLOWS = {workflow.name: workflow for workflow in workflows()}  # the newest version of each

POSTS = ("clerk", "handler", "data_officer", "sharing_head", "hotline_agent", "dispatcher")

Door = Callable[[Client, str], Any]  # makes a move, by its verb


def appeal() -> tuple[Case, Door]:
    make_province()
    made = make_appeal("水管一直没人管", place="临江县")
    return made.case, lambda client, verb: said(
        client, f"appeals/{made.public_id}/moves/{verb.replace('_', '-')}", {"text": "因为"}
    )


def application() -> tuple[Case, Door]:
    made = make_submitted()
    return made.case, lambda client, verb: said(
        client, f"services/applications/{made.public_id}/moves", {"verb": verb, "note": "因为"}
    )


def request() -> tuple[Case, Door]:
    made = make_request(make_births())
    return made.case, lambda client, verb: said(
        client, f"exchange/requests/{made.public_id}/moves", {"verb": verb, "note": "因为"}
    )


def entry() -> tuple[Case, Door]:
    office = make_organisation("350102")
    made = draft_entry(
        spec=make_complete_spec("drafted"), organisation=office, actor=system_actor(), at=AT
    )
    assert made.case is not None
    return made.case, lambda client, verb: said(
        client, f"catalogue/versions/{made.public_id}/move", {"verb": verb, "note": "因为"}
    )


def stopped_batch() -> tuple[Case, Door]:
    """A delivery whose column has another name now."""
    make_residents()
    renamed = [*HEADER[:3], "出生年月日", *HEADER[4:]]
    people = [resident(number) for number in range(30)]
    with TemporaryDirectory() as folder:
        first = write_csv(Path(folder) / "a.csv", people)
        gather_file(dataset="residents", path=first, actor=system_actor(), at=AT)
        other = write_csv(Path(folder) / "b.csv", people, header=renamed)
        with pytest.raises(ColumnsDrifted):
            gather_file(dataset="residents", path=other, actor=system_actor(), at=AT)
    (made,) = drifts(system_actor())
    assert made.case is not None
    return made.case, lambda client, verb: said(
        client, f"collection/columns/{made.public_id}/decisions", {"verb": verb, "note": "因为"}
    )


def failing_source() -> tuple[Case, None]:
    """It is decided at the desk alone."""
    return make_case(FETCH_WORKFLOW), None


MADE: dict[str, Callable[[], tuple[Case, Door | None]]] = {
    "hotline.appeal": appeal,
    "services.application": application,
    "exchange.request": request,
    ENTRY_WORKFLOW: entry,
    DRIFT_WORKFLOW: stopped_batch,
    FETCH_WORKFLOW: failing_source,
}


MANY = ("hotline.appeal", "exchange.request")  # states and verbs: these take half of the time


def officer(case: Case) -> Client:
    """Somebody with every post at the office of the case and above, so that no right is wanting."""
    above = make_organisation("350000")
    user = make_officer("supervisor", organisation=above)
    for office in filter(None, {case.organisation, above}):
        for role in POSTS:
            make_appointment(user, role, office)
    client = Client()
    client.force_login(user)
    return client


def said(client: Client, address: str, body: dict[str, str]) -> Any:
    return client.post(f"/api/v1/{address}", body, content_type="application/json", headers=ZH)


def not_allowed(workflow: Workflow) -> Iterator[tuple[str, str]]:
    for state in workflow.states:
        declared = {transition.verb for transition in workflow.leaving(state)}
        for verb in {*workflow.verbs, "fly"} - declared:
            yield state, verb


def test_every_workflow_is_tried() -> None:
    assert set(MADE) == set(WORKFLOWS)


@pytest.mark.parametrize(
    "name",
    [pytest.param(one, marks=pytest.mark.thorough) if one in MANY else one for one in MADE],
)
def test_a_move_that_the_state_does_not_allow_is_one_sentence_and_changes_nothing(
    name: str,
) -> None:
    case, over_json = MADE[name]()
    client, faults = officer(case), list[str]()
    desk = f"/desk/{case.public_id}/move/"
    for state, verb in not_allowed(WORKFLOWS[name]):
        Case.objects.filter(pk=case.pk).update(state=state)
        lines = case.events.count()
        answers = {"page": client.post(desk, {"verb": verb, "note": "因为"}, headers=ZH)}
        if over_json is not None:
            answers["JSON"] = over_json(client, verb)
        for door, answer in answers.items():
            where = f"{verb} from {state} by {door}: {answer.status_code}"
            if fault := fault_of(answer, language="zh"):
                faults.append(f"{where}: {fault}")
            elif answer.status_code not in REFUSED:
                faults.append(f"{where}: {sentence_of(answer)}")
        case.refresh_from_db()
        if (case.state, case.events.count()) != (state, lines):
            faults.append(f"{verb} from {state} went to {case.state}")
    assert faults == []
