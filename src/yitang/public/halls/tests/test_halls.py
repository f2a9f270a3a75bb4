"""Tables of matters, the plan with its assumptions, halls that are kept."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from yitang.ground.base.errors import DomainError
from yitang.ground.organisations.api import Organisation, User, system_actor
from yitang.ground.organisations.errors import OutsideOrganisation, RoleMissing
from yitang.ground.organisations.tests.factories import make_officer, make_organisation, make_user
from yitang.public.halls.api import (
    EXAMPLE,
    demands_of,
    hall_for,
    read_demands,
    read_demands_file,
    record_hall,
    visible_halls,
    windows_plan,
)
from yitang.public.halls.errors import HallRowInvalid, HallTableInvalid, HallUnknown
from yitang.public.workforce.api import Assumptions, Demand

AT = datetime(2026, 11, 23, 2, tzinfo=UTC)
HEAD = "type,visits_per_day,mean_minutes,cv,windows\n"


def test_the_example_is_a_hall_that_thirty_windows_just_serve() -> None:
    demands = read_demands_file(EXAMPLE)
    plan = windows_plan(demands, Assumptions())
    assert plan.visits_per_day == 260
    assert round(plan.mean_minutes, 1) == 13.3
    assert (plan.staffing.separate, plan.staffing.present) == (30, 30)
    assert (plan.staffing.pooled.windows, plan.staffing.pooled_slower.windows) == (13, 15)
    assert [row.pooled for row in plan.sensitivity] == [14, 18, 21, 24, 27, 28]


def test_the_assumptions_are_printed_and_change_with_the_question() -> None:
    demands = [Demand("a", 100, 10)]
    plain = windows_plan(demands, Assumptions())
    asked = windows_plan(
        demands,
        Assumptions(
            slower=0.2,
            online_share=0.3,
            residual_longer=0.25,
            online_minutes_share=0.5,
            use_spread=True,
        ),
    )
    assert "95% of people wait at most 15 minutes, in the busiest hour." in map(
        str, plain.assumptions
    )
    assert len(asked.assumptions) == len(plain.assumptions) + 2
    sentences = " ".join(map(str, asked.assumptions))
    assert "takes 20% longer" in sentences
    assert "takes 7.5% longer" in sentences
    assert "50% of its minutes in the back office" in sentences


def test_the_doubt_about_the_published_saving_stands_beside_every_result() -> None:
    busy = [Demand("a", 1000, 10), Demand("b", 1000, 10)]
    saves = windows_plan(read_demands_file(EXAMPLE), Assumptions())
    loses = windows_plan(busy, Assumptions(slower=0.4))
    for plan, code in ((saves, "halls.saving"), (loses, "halls.loss")):
        codes = [finding.code for finding in plan.findings]
        assert codes[0] == code
        assert codes[-1] == "halls.published"
    assert "not for staff" in str(saves.findings[-1])
    nobody = windows_plan([Demand("a", 0, 10)], Assumptions())
    assert [finding.code for finding in nobody.findings] == ["halls.published"]
    assert nobody.sensitivity == ()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_table_may_come_from_a_spreadsheet_of_theirs(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "hall.csv"
    path.write_text(HEAD + "社保,68,8,,5\n\n不动产,25,20,0.8,\n", encoding=encoding)
    social, estate = read_demands_file(path)
    assert (social.name, social.cv, social.windows) == ("社保", 1.0, 5)
    assert (estate.cv, estate.windows) == (0.8, None)


def test_a_table_may_be_pasted_from_a_spreadsheet() -> None:
    (row,) = read_demands("Type\tvisits_per_day\tmean_minutes\n社保\t68\t8\n")
    assert (row.name, row.visits_per_day) == ("社保", 68)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (HEAD + ",68,8,,\n", "row 1, type: it is empty"),
        (HEAD + "a,many,8,,\n", "row 1, visits_per_day: “many” is not a number"),
        (HEAD + "a,1,8,,\nb,1,,,\n", "row 2, mean_minutes: it is empty"),
        (HEAD + "a,1,-8,,\n", "row 1, mean_minutes: -8 cannot be"),
        (HEAD + "a,nan,8,,\n", "row 1, visits_per_day: nan cannot be"),
        (HEAD + "a,1,8,,\na,2,9,,\n", "it names a twice"),
        (HEAD, "it has no rows"),
        ("type,visits\na,1\n", "it lacks the columns visits_per_day, mean_minutes"),
        ("", "it lacks the columns"),
        (HEAD + "".join(f"a{n},1,1,,\n" for n in range(501)), "more than 500 rows"),
    ],
)
def test_a_wrong_table_is_answered_with_a_sentence(text: str, sentence: str) -> None:
    with pytest.raises(DomainError, match=sentence) as refused:
        read_demands(text)
    assert refused.type in {HallRowInvalid, HallTableInvalid}


def test_a_file_that_is_no_text_or_not_there_is_said_so(tmp_path: Path) -> None:
    path = tmp_path / "hall.csv"
    with pytest.raises(HallTableInvalid, match=r"hall\.csv"):
        read_demands_file(path)
    path.write_bytes(b"\x00\xff\xff\xff")
    with pytest.raises(HallTableInvalid, match="neither UTF-8 nor GBK"):
        read_demands_file(path)


DEMANDS = (Demand("a", 60, 8, 0.6, 2), Demand("b", 20, 20, 0.8, 1))


def officer(role: str, organisation: Organisation) -> User:
    return make_officer(role, organisation=organisation)


@pytest.mark.django_db
def test_a_hall_is_kept_and_measured_again() -> None:
    home = make_organisation("990100")
    handler = officer("handler", home)
    hall = record_hall(
        name="City hall",
        organisation=home,
        demands=DEMANDS,
        integrated_windows=3,
        actor=handler,
        at=AT,
    )
    assert demands_of(hall) == list(DEMANDS)
    assert hall.windows.count() == 6
    assert hall.windows.filter(service_type=None).count() == 3
    again = record_hall(
        name="City hall", organisation=home, demands=DEMANDS[:1], actor=system_actor(), at=AT
    )
    assert again == hall
    assert demands_of(again) == [DEMANDS[0]]


@pytest.mark.django_db
def test_a_hall_is_recorded_by_its_own_organisation_and_seen_in_its_division() -> None:
    home, other = make_organisation("990100"), make_organisation("990200")
    with pytest.raises(OutsideOrganisation):
        record_hall(
            name="Hall",
            organisation=home,
            demands=DEMANDS,
            actor=officer("handler", other),
            at=AT,
        )
    hall = record_hall(
        name="Hall",
        organisation=home,
        demands=DEMANDS,
        actor=officer("handler", home),
        at=AT,
    )
    city, province = make_organisation("990100"), make_organisation("990000")
    for user in (officer("clerk", city), officer("leader", province)):
        assert visible_halls(user) == [hall]
        assert hall_for(user, hall.public_id) == hall
    stranger = officer("leader", other)
    assert visible_halls(stranger) == []
    with pytest.raises(HallUnknown):
        hall_for(stranger, hall.public_id)
    with pytest.raises(RoleMissing):
        hall_for(make_user(), hall.public_id)


def test_a_table_with_chinese_headings_is_the_same_table() -> None:
    english = "type,visits_per_day,mean_minutes,windows\n社保,60,12,4\n"
    chinese = "事项类别，每天到访，用时（分钟），现有窗口\n社保，60，12，4\n"
    assert read_demands(chinese) == read_demands(english)
