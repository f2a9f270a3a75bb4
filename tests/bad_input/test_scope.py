"""Somebody else's matter is answered as one that does not exist: same status, same sentence."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pytest
from django.test import Client

from tests.bad_input.addresses import NOBODY, PARAMETER, filled, routes
from tests.bad_input.sentences import sentence_of
from yitang.data.catalogue.api import Dataset
from yitang.data.catalogue.tests.factories import make_dataset
from yitang.data.collection.api import gather_file, receipts_of
from yitang.data.collection.tests.factories import make_residents, resident, write_csv
from yitang.data.exchange.tests.factories import make_births, make_grant, make_request
from yitang.ground.casework.tests.factories import PERMIT, make_case, registered
from yitang.ground.organisations.api import User, organisations_in, system_actor
from yitang.ground.organisations.tests.factories import (
    make_division,
    make_officer,
    make_organisation,
    make_user,
)
from yitang.public.hotline.tests.factories import AT, make_appeal, make_province
from yitang.public.services.tests.factories import make_submitted

pytestmark = [pytest.mark.django_db, pytest.mark.doors]
ZH = {"Accept-Language": "zh-CN"}
TOLD = "青石巷里的秘密"  # stands in whatever a stranger must not see
OVERSEERS = ("dispatcher", "sharing_head", "supervisor", "leader", "clerk")
OUTSIDERS = ("citizen", "handler", "data_officer", "supervisor", "leader")


@dataclass(frozen=True, slots=True)
class Theirs:
    """Something of 350102, and the routes under which it is looked for."""

    routes: str  # a pattern
    known: str  # its id, as an address has it
    unknown: str = NOBODY


@pytest.fixture
def theirs(tmp_path: Any) -> Iterator[Mapping[str, Theirs]]:
    make_province()
    office = make_organisation("350102", name=f"{TOLD}局")
    request = make_request(
        make_births(), organisation=office, purpose=f"{TOLD}，用于新生儿落户登记"
    )
    grant = make_grant(make_births("births-of-others"), organisation=office)
    draft = make_dataset("draft-of-others", organisation=office, name=TOLD, published=False)
    batch = delivered(make_residents("residents-of-others", organisation=office), tmp_path)
    appeal = make_appeal(f"{TOLD}水管一直没人管", place="临江县")
    application = make_submitted()
    with registered(PERMIT):
        case = make_case(title=TOLD, organisation=office)
        yield {
            "case": Theirs(r"desk/<|cases/<", str(case.public_id)),
            "appeal": Theirs(r"hotline/appeals/|appeals/<public", str(appeal.public_id)),
            "application": Theirs(
                r"services/(office|mine|matter)/|services/applications/",
                str(application.public_id),
            ),
            "request": Theirs(r"exchange/requests/", str(request.public_id)),
            "grant": Theirs(r"exchange/grants/", str(grant.public_id)),
            "draft": Theirs(
                r"catalogue/<slug:code>/|catalogue/datasets/", draft.code, "nothing-has-this"
            ),
            "batch": Theirs(r"collection/(receipts|batches)/", batch, "nothing-has-this"),
        }


def delivered(dataset: Dataset, folder: Any) -> str:
    rows = [resident(1, name=TOLD), resident(2, division_code="1")]
    path = write_csv(folder / "a.csv", rows)
    gather_file(dataset=dataset, path=path, actor=system_actor(), at=AT)
    return receipts_of(dataset)[0].number


def outsider(role: str) -> Client:
    """Somebody of 350203 in another city, signed in."""
    make_division("350200", name="鹭城市")
    if role == "citizen":
        user: User = make_user("somebody-else")
    else:
        user = make_officer(role, organisation=make_organisation("350203"))
    client = Client()
    client.force_login(user)
    return client


@pytest.mark.thorough
def test_it_is_there_for_whom_it_concerns(theirs: Mapping[str, Theirs]) -> None:
    """Else the next test would compare nothing with nothing."""
    office = next(row for row in organisations_in("350102") if row.name.startswith(TOLD))
    insiders = [
        make_user("insider"),
        *(make_officer(role, organisation=office) for role in OUTSIDERS[1:]),
        *(make_officer(role, organisation=make_organisation("350000")) for role in OVERSEERS),
    ]
    seen = set[str]()
    for user in insiders:
        client = Client()
        client.force_login(user)
        for kind, one in theirs.items():
            if any(client.get(place).status_code == 200 for _, place in addresses(one, one.known)):
                seen.add(kind)
    assert seen == set(theirs)


def test_what_is_somebody_elses_is_answered_as_what_is_not_there(
    theirs: Mapping[str, Theirs],
) -> None:
    wrong, asked = list[str](), 0
    for role in OUTSIDERS:
        client = outsider(role)
        for kind, one in theirs.items():
            unknown = dict(addresses(one, one.unknown))
            for route, known in addresses(one, one.known):
                asked += 1
                for method in ("get", "post"):
                    where = f"{role} {method} {kind} {route}"
                    wrong += told_apart(client, method, where, (known, unknown[route]), one)
    assert asked > 30 * len(OUTSIDERS)
    assert wrong == []


def told_apart(
    client: Client, method: str, where: str, asked: tuple[str, str], one: Theirs
) -> list[str]:
    """How the answers for a known and an unknown id differ; nothing if they do not."""
    mine, none = (getattr(client, method)(address, headers=ZH) for address in asked)
    said = [plain(sentence_of(answer), one) for answer in (mine, none)]
    found = []
    if (mine.status_code, said[0]) != (none.status_code, said[1]):
        found.append(f"{where}: {mine.status_code} {said[0]} | {none.status_code} {said[1]}")
    if TOLD in mine.content.decode(errors="replace"):
        found.append(f"{where} shows it")
    return found


def addresses(one: Theirs, text: str) -> Iterator[tuple[str, str]]:
    """Each route of a kind of thing, and its address with ``text`` for the id."""
    for route in routes():
        if re.match(f"(api/v1/)?({one.routes})", route) and PARAMETER.search(route):
            yield route, filled(route, uuid=text, slug=text, str=text, uuidstr=text)


def plain(said: str, one: Theirs) -> str:
    """Without what the reader named: the id itself, and the number under which it was noted."""
    return re.sub(
        r"[0-9a-f]{8}-[0-9a-f-]{27}", "…", said.replace(one.known, "…").replace(one.unknown, "…")
    )
