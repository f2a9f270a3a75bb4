"""The demonstration's applications: every state, both ratios, figures equal to a recount."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pyarrow as pa
import pytest
import time_machine

from yitang.data.exchange.tests.factories import home_of_its_own
from yitang.data.lake.api import read_table, replace_table
from yitang.ground.casework.api import Urgency, late_and_soon_late
from yitang.ground.metrics.api import check_rollups, metric_value, metrics
from yitang.ground.organisations.api import User, system_actor, user_of_identity
from yitang.ground.organisations.tests.factories import make_officer, make_organisation
from yitang.public.services.api import (
    applications_of,
    share_with_services,
    visits_per_closed_case,
)
from yitang.public.services.tests.factories import (
    AT,
    identity_number,
    make_newborn_item,
    make_silo,
)
from yitang.site.commands.demo.applying import apply_for_newborns
from yitang.site.commands.demo.running import Demonstration

pytestmark = pytest.mark.django_db
CHILDREN = 22


@pytest.fixture(autouse=True)
def own_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    with home_of_its_own(tmp_path, monkeypatch), time_machine.travel(AT, tick=False):
        yield


def people() -> Iterator[tuple[str, str, date]]:
    for number in range(CHILDREN):
        born = AT.date() - timedelta(days=8 + number)
        yield (
            identity_number(f"1995041{number % 10}{200 + number}"),
            identity_number(f"1994030{1 + number % 9}{201 + number}"),
            born,
        )


def silos() -> None:
    births, marriages, residents = [], [], []
    for position, (mother, father, born) in enumerate(people()):
        home = {"address": f"临江市城东区文屿路{position}号", "division_code": "350102"}
        births.append({
            "child_name": f"林知{position}", "child_sex": "2", "birth_date": born.isoformat(),
            "hospital": "省妇幼", "certificate_number": f"U{position:09}",
            "mother_identity": mother, "mother_name": "林芸",
            "father_identity": father, "father_name": "陈志远",
        })  # fmt: skip
        married = {"wife_identity": mother, "husband_identity": father, "status": "结婚"}
        marriages.append(married | {"registered_on": "2023-05-20"})
        residents.append({"identity_number": mother, "name": "林芸"} | home)
        residents.append({"identity_number": father, "name": "陈志远"} | home)
    for code, rows in (("births", births), ("marriages", marriages), ("population", residents)):
        make_silo(code, rows)


def dated_births() -> None:
    """As gathered: birth dates are dates in the lake."""
    table = read_table("births")
    place = table.schema.get_field_index("birth_date")
    column = table["birth_date"].cast(pa.date32())
    kept = table.set_column(place, "birth_date", column)
    own = [name for name in kept.column_names if not name.startswith("_")]
    replace_table(dataset="births", table=kept.select(own), batch="b2", source="test", at=AT)


def test_dozens_apply_before_and_on_the_day_and_every_figure_equals_its_recount(
    tmp_path: Path,
) -> None:
    office = make_organisation("350102", name="城东公安分局", duties=("household",))
    make_officer("handler", organisation=office)
    make_newborn_item()
    silos()
    dated_births()
    for code in ("population", "marriages", "births"):
        share_with_services(dataset=code, actor=system_actor(), at=AT)
    demo = Demonstration(home=tmp_path, people=400, seed=1, at=AT)
    said = apply_for_newborns(demo)
    assert said.startswith(f"{CHILDREN} applications")
    sent = [application for person in parents() for application in applications_of(person)]
    states = Counter(one.case.state for one in sent if one.case)
    assert sum(states.values()) == CHILDREN
    assert {*states} == {
        "delivered", "accepted", "submitted", "correcting", "refused", "withdrawn",
    }  # fmt: skip
    assert states["delivered"] > CHILDREN / 3
    assert any(one.rating for one in sent)
    counted = visits_per_closed_case()
    assert counted.visits
    assert 0 < counted.cases_without_visit < counted.closed_cases
    assert [found for _, found in late_and_soon_late(at=AT)].count(Urgency.LATE) == 1
    assert metric_value(code="services.applications", division_code="350000").value == CHILDREN
    assert check_rollups([one.code for one in metrics()]) == []
    assert apply_for_newborns(demo) == "no newborn to register"  # everyone has an account now


def parents() -> list[User]:
    return [user for mother, _, _ in people() if (user := user_of_identity(mother))]
