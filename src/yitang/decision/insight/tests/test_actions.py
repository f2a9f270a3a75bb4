"""Refreshing keeps ids and history; who sees what; measures."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from yitang.decision.insight.api import (
    HotIssue,
    Message,
    Trend,
    can_note_measure,
    hot_issue,
    hot_issues,
    issue_evidence,
    measures_of,
    note_measure,
    owner_candidates,
    queue_refresh,
    refresh_from_hotline,
    refresh_hot_issues,
)
from yitang.decision.insight.errors import MeasureInvalid
from yitang.decision.insight.jobs import refresh as refresh_job
from yitang.ground.base.errors import NotAllowed, NotFound
from yitang.ground.organisations.api import User, system_actor
from yitang.ground.organisations.tests.factories import (
    make_division,
    make_officer,
    make_organisation,
    make_user,
)
from yitang.public.hotline.tests.factories import AT as FILED
from yitang.public.hotline.tests.factories import make_appeal, make_province

from .factories import burst, single_concerns

pytestmark = pytest.mark.django_db
AT = datetime(2026, 10, 16, 2, tzinfo=UTC)
TODAY = date(2026, 10, 16)


def refresh(messages: list[Message], *, at: datetime = AT) -> HotIssue:
    """Refresh and return the hottest issue."""
    refresh_hot_issues(messages=messages, actor=system_actor(), at=at)
    return hot_issues(system_actor())[0]


@pytest.fixture
def tree() -> None:
    for code, name in (("350000", "福建省"), ("350100", "福州市"), ("350102", "鼓楼区")):
        make_division(code, name=name)
    make_division("350103", name="台江区")


def test_a_refresh_finds_the_burst_with_its_owner_and_evidence(tree: None) -> None:
    bureau = make_organisation("350100", name="市水务局", duties=("water",))
    messages = [*single_concerns(40), *burst(8)]
    done = refresh_hot_issues(messages=messages, actor=system_actor(), at=AT)
    assert (done.messages, done.issues, done.new) == (48, done.new, done.issues)
    issue = hot_issues(system_actor())[0]
    assert (issue.people, issue.messages, issue.rank) == (8, 8, 1)
    assert issue.owner == bureau
    assert issue.place_code == "350102"
    assert issue.trend == Trend.RISING
    assert sum(issue.people_per_day.values()) == 8
    evidence = issue_evidence(system_actor(), issue)
    assert [row.number for row in evidence] == [f"QS-0{1000 + n}" for n in range(8)]


def test_the_same_appeals_give_the_same_issues(tree: None) -> None:
    messages = [*single_concerns(40), *burst(8)]
    before = refresh(messages)
    again = refresh_hot_issues(messages=messages, actor=system_actor(), at=AT)
    after = hot_issues(system_actor())[0]
    assert (again.new, again.gone) == (0, 0)
    assert after.public_id == before.public_id
    assert (after.heat, after.days, after.found_at) == (before.heat, before.days, before.found_at)


def test_an_issue_keeps_its_address_while_it_grows_and_fades(tree: None) -> None:
    small = refresh([*single_concerns(40), *burst(5)])
    large = refresh([*single_concerns(40), *burst(9)])
    assert large.public_id == small.public_id
    assert large.people == 9
    done = refresh_hot_issues(messages=single_concerns(40), actor=system_actor(), at=AT)
    assert done.gone >= 1
    assert large.public_id not in {issue.public_id for issue in hot_issues(system_actor())}
    assert hot_issue(system_actor(), large.public_id).rank is None


def test_an_issue_merged_into_another_leads_there_with_its_measures(tree: None) -> None:
    here, there = burst(8), burst(4, first=2000, place="锦绣园小区")
    refresh([*single_concerns(40), *here, *there])
    first, second = hot_issues(system_actor())[:2]
    note_measure(
        issue_id=second.public_id, decision="增设临时供水点", since=TODAY, actor=chief(), at=AT
    )
    renamed = [
        replace(
            m,
            title=m.title.replace("锦绣园", "幸福里"),
            text=m.text.replace("锦绣园", "幸福里"),
            at=m.at + timedelta(hours=1),
        )
        for m in there
    ]
    done = refresh_hot_issues(
        messages=[*single_concerns(40), *here, *renamed], actor=system_actor(), at=AT
    )
    assert done.merged == 1
    merged = hot_issue(system_actor(), second.public_id)
    assert merged.public_id == first.public_id
    assert merged.people == 12
    assert [row.measure.decision for row in measures_of(merged, today=TODAY)] == ["增设临时供水点"]


def chief() -> User:
    return make_officer("leader", organisation=make_organisation("350100"))


def test_a_place_named_in_the_text_counts(tree: None) -> None:
    messages = [
        replace(m, division_code="", title=f"台江区{m.title}") for m in burst(6, duty="", holder="")
    ]
    issue = refresh([*single_concerns(40), *messages])
    assert issue.place_code == "350103"
    assert issue.owner is None


def test_who_holds_most_appeals_owns_the_issue(tree: None) -> None:
    street = make_organisation("350102", name="街道办")
    make_organisation("350100", name="市水务局", duties=("water",))
    issue = refresh([*single_concerns(40), *burst(6, holder=str(street.public_id))])
    assert issue.owner == street
    gone = refresh([*single_concerns(40), *burst(6, holder="not-a-uuid")])
    assert gone.owner is not None
    assert gone.owner.name == "市水务局"


def test_class_and_owner_stay_undecided_while_the_evidence_is_split(tree: None) -> None:
    water = make_organisation("350100", name="市水务局", duties=("water",))
    street = make_organisation("350102", name="街道办")
    messages = burst(4)
    said = [("供水", "water", water), ("供水", "water", water), ("市容", "street", street),
            ("市容", "street", street)]  # fmt: skip
    split = [
        replace(m, category=label, duty=duty, holder=str(office.public_id))
        for m, (label, duty, office) in zip(messages, said, strict=True)
    ]
    issue = refresh([*single_concerns(40), *split])
    assert (issue.people, issue.category, issue.owner) == (4, "", None)
    assert dict(map(tuple, issue.category_candidates)) == {"供水": 2, "市容": 2}
    named = owner_candidates([issue])[issue.pk]
    assert sorted(named) == sorted([(water.name, 2), (street.name, 2)])
    unsure = [replace(m, certainty=0.3) if m.category == "市容" else m for m in split]
    issue = refresh([*single_concerns(40), *unsure])
    assert issue.category == "供水"
    assert issue.owner == water  # held half and half, but the class is settled: who is charged
    assert owner_candidates([issue]) == {}


def test_several_charged_with_a_duty_are_named_and_none_is_picked(tree: None) -> None:
    for name in ("市水务局", "市水利局"):
        make_organisation("350100", name=name, duties=("water",))
    issue = refresh([*single_concerns(40), *burst(6)])
    assert issue.owner is None
    named = owner_candidates([issue])[issue.pk]
    assert {name for name, _ in named} == {"市水务局", "市水利局"}


def test_officers_see_issues_and_appeals_of_their_divisions_only(tree: None) -> None:
    here, there = burst(8), burst(2, first=1008, division_code="350103")
    issue = refresh([*single_concerns(40), *here, *there])
    county = make_officer("supervisor", organisation=make_organisation("350103"))
    city = make_officer("leader", organisation=make_organisation("350100"))
    make_division("360100")
    other = make_officer("leader", organisation=make_organisation("360100"))
    assert issue in hot_issues(county)
    assert len(issue_evidence(county, issue)) == 2
    assert len(issue_evidence(city, issue)) == 10
    assert hot_issues(other) == []
    with pytest.raises(NotFound):
        hot_issue(other, issue.public_id)
    with pytest.raises(NotAllowed):
        hot_issues(make_user())
    with pytest.raises(NotAllowed):
        refresh_hot_issues(messages=[], actor=city, at=AT)


def test_issues_of_no_known_place_are_the_provinces(tree: None) -> None:
    issue = refresh([*single_concerns(40), *burst(6, division_code="", duty="")])
    province = make_officer("leader", organisation=make_organisation("350000"))
    county = make_officer("leader", organisation=make_organisation("350102"))
    assert issue.place_code == ""
    assert issue in hot_issues(province)
    assert len(issue_evidence(province, issue)) == 6
    assert issue not in hot_issues(county)
    assert can_note_measure(province, issue)
    assert not can_note_measure(county, issue)


def test_the_list_can_be_narrowed(tree: None) -> None:
    issue = refresh([*single_concerns(40), *burst(8)])
    assert issue in hot_issues(system_actor(), trend=Trend.RISING)
    assert issue not in hot_issues(system_actor(), trend=Trend.QUIET)
    assert issue in hot_issues(system_actor(), division_code="350100")
    assert issue not in hot_issues(system_actor(), division_code="350103")


def test_a_measure_shows_people_before_and_after(tree: None) -> None:
    issue = refresh([*single_concerns(40), *burst(8)])
    mayor = make_officer("leader", organisation=make_organisation("350100"))
    county = make_officer("leader", organisation=make_organisation("350103"))
    since = max(issue.people_per_day) + timedelta(days=1)
    noted = note_measure(
        issue_id=issue.public_id, decision=" 新建 加压泵站 ", since=since, actor=mayor, at=AT
    )
    assert noted.decision == "新建 加压泵站"
    again = note_measure(
        issue_id=issue.public_id, decision=noted.decision, since=since, actor=mayor, at=AT
    )
    assert again == noted
    (judged,) = measures_of(issue, today=since + timedelta(days=9))
    assert (judged.effect.before, judged.effect.after) == (8, 0)
    with pytest.raises(NotFound):
        note_measure(
            issue_id=issue.public_id, decision="新建泵站", since=since, actor=county, at=AT
        )


@pytest.mark.parametrize(("decision", "day"), [("好", TODAY), ("新建泵站", date(1990, 1, 1))])
def test_a_measure_that_says_nothing_is_refused(tree: None, decision: str, day: date) -> None:
    issue = refresh([*single_concerns(40), *burst(8)])
    with pytest.raises(MeasureInvalid):
        note_measure(issue_id=issue.public_id, decision=decision, since=day, actor=chief(), at=AT)


def test_confidential_appeals_count_but_show_no_title(tree: None) -> None:
    hidden, *others = burst(8)
    issue = refresh([*single_concerns(40), replace(hidden, is_confidential=True), *others])
    row = next(row for row in issue_evidence(system_actor(), issue) if row.is_confidential)
    assert row.title == ""
    assert issue.people == 8


def test_the_hotlines_appeals_become_an_issue() -> None:
    province = make_province()
    for n, words in enumerate(("停水三天了", "水压太低，停水", "停水没有通知", "又停水，没人管")):
        make_appeal(
            f"临江县华景苑小区自来水{words}，请尽快处理",
            mobile=f"1380000000{n}",
            at=FILED - timedelta(days=n),
        )
    done = refresh_from_hotline(actor=system_actor(), at=FILED + timedelta(hours=1))
    assert done.messages == 4
    issue = hot_issues(system_actor())[0]
    assert issue.people == 4
    assert issue.place_code == province.water.division.code
    assert all(row.number.startswith("QH-") for row in issue_evidence(system_actor(), issue))
    refresh_job()
    assert HotIssue.objects.get().public_id == issue.public_id


def test_a_page_only_queues_the_search() -> None:
    queue_refresh(actor=make_officer("supervisor", organisation=make_organisation("350000")))
    with pytest.raises(NotAllowed):
        queue_refresh(actor=make_user())
