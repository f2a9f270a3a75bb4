from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yitang.ground.base.clock import SHANGHAI, Term, Unit
from yitang.public.hotline.actions.imports import digest_of
from yitang.public.hotline.rules import (
    APPEAL,
    AppealKind,
    Basis,
    CallBackFacts,
    Channel,
    Draft,
    Obstacle,
    Rate,
    RateRules,
    Rates,
    Route,
    RowProblem,
    Solved,
    Tier,
    draft_of_row,
    kind_of,
    own_title,
    parse_moment,
    proposed_mapping,
    rate_period,
    route_of,
    territory_of,
    three_rates_of,
    tier_named,
    tier_of,
)

MINHAI = datetime(2019, 2, 28, 11, 25, 5, tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2019/2/28 11:25:05", MINHAI),
        ("2019-02-28 11:25:05", MINHAI),
        (" 2019-02-28T11:25:05 ", MINHAI),
        ("2019.2.28 11:25:05", MINHAI),
        ("2019年2月28日 11时25分05秒", MINHAI),
        ("2019-02-28T03:25:05+00:00", datetime(2019, 2, 28, 3, 25, 5, tzinfo=UTC)),
        ("2019/2/28 0:06", datetime(2019, 2, 28, 0, 6, tzinfo=SHANGHAI)),
        ("2019年2月28日", datetime(2019, 2, 28, tzinfo=SHANGHAI)),
    ],
)
def test_dates_are_read_as_systems_write_them(text: str, expected: datetime) -> None:
    assert parse_moment(text) == expected


@pytest.mark.parametrize("text", ["", "gestern", "2019/13/1", "28/2/2019", "20190230 11:00"])
def test_what_is_no_date_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r".*"):
        parse_moment(text)


@given(st.datetimes(min_value=datetime(2000, 1, 1), max_value=datetime(2099, 1, 1)))  # noqa: DTZ001 (hypothesis wants naive bounds)
def test_both_formats_of_exports_mean_the_same_moment(moment: datetime) -> None:
    moment = moment.replace(microsecond=0)
    slashed = f"{moment.year}/{moment.month}/{moment.day} {moment:%H:%M:%S}"
    assert parse_moment(slashed) == parse_moment(f"{moment:%Y-%m-%d %H:%M:%S}")
    assert parse_moment(slashed).replace(tzinfo=None) == moment


def test_headers_are_recognised_whatever_their_order_and_spelling() -> None:
    headers = ["留言编号", "留言用户", "留言主题", "留言时间", "留言详情", "反对数", "点赞数"]
    assert proposed_mapping(headers) == {
        "number": "留言编号",
        "caller": "留言用户",
        "title": "留言主题",
        "text": "留言详情",
        "filed_at": "留言时间",
        "dislikes": "反对数",
        "likes": "点赞数",
    }
    english = proposed_mapping(["Filed_At", "BODY", "whatever"])
    assert english == {"filed_at": "Filed_At", "text": "BODY"}
    assert proposed_mapping(["内容", "工单编号", "联系电话"]) == {
        "number": "工单编号", "text": "内容", "mobile": "联系电话",
    }  # fmt: skip


def row(**values: str) -> dict[str, str]:
    return {"text": "水管漏水。三天没人修", "filed_at": "2026-11-01 08:00"} | values


def test_a_row_becomes_a_draft() -> None:
    draft = draft_of_row(
        row(kind="投诉", channel="电话", mobile="13800138000", confidential="是", likes="12")
    )
    assert draft == Draft(
        text="水管漏水。三天没人修",
        title="水管漏水",
        filed_at=datetime(2026, 11, 1, 8, tzinfo=SHANGHAI),
        kind=AppealKind.COMPLAINT,
        channel=Channel.PHONE,
        mobile="13800138000",
        is_confidential=True,
        likes=12,
    )


@pytest.mark.parametrize(
    ("values", "name", "problem"),
    [
        ({"text": "  "}, "text", "it is empty"),
        ({"text": "长" * 10_001}, "text", "more than 10000 characters"),
        ({"filed_at": "soon"}, "filed_at", "“soon” is no date and time"),
        ({"likes": "-1"}, "likes", "“-1” is no whole number"),
        ({"division": "35"}, "division", "“35” is no division code"),
        ({"mobile": "110"}, "mobile", "no mobile number"),
        ({"kind": "闲聊"}, "kind", "“闲聊” is none of"),
        ({"channel": "鸽子"}, "channel", "“鸽子” is none of"),
    ],
)
def test_a_wrong_value_names_its_field_and_why(
    values: dict[str, str], name: str, problem: str
) -> None:
    with pytest.raises(RowProblem) as caught:
        draft_of_row(row(**values))
    assert caught.value.name == name
    assert problem in str(caught.value.message)


@pytest.mark.parametrize(
    ("title", "text", "expected"),
    [
        ("咨询公积金", "投诉", AppealKind.CONSULTATION),
        ("", "我要举报偷排", AppealKind.REPORT),
        ("建议增设路灯", "", AppealKind.SUGGESTION),
        ("施工扰民", "", AppealKind.COMPLAINT),
        ("感谢信", "", AppealKind.PRAISE),
        ("水管漏水", "没人修", AppealKind.HELP),
    ],
)
def test_the_kind_is_heard_from_the_words(title: str, text: str, expected: AppealKind) -> None:
    assert kind_of(title, text) is expected


def test_urgency_follows_words_and_duties_and_may_be_configured() -> None:
    assert tier_of("楼下燃气泄漏").code == "emergency"
    assert tier_of("水压太低", duty="water").code == "utilities"
    assert tier_of("路灯坏了").code == "general"
    assert tier_of("路灯坏了").feedback_within == Term(7, Unit.DAYS)
    own = (Tier("general", Term(1), Term(5)), Tier("fast", Term(1), Term(1), words=("路灯",)))
    assert tier_of("路灯坏了", tiers=own).code == "fast"
    assert tier_named("no such tier", own).code == "general"


def test_a_title_is_the_first_sentence_cut_to_a_line() -> None:
    assert own_title("  自来水发黄，有异味。已经三天") == "自来水发黄，有异味"
    assert len(own_title("很" * 100)) == 40


def test_an_appeal_can_be_returned_before_signing_and_never_after_arbitration() -> None:
    assert [t.source for t in APPEAL.transitions if t.verb == "return"] == ["dispatched"]
    assert APPEAL.pause_reasons == {}


ASKED = CallBackFacts("help", reached=True, contacted=True, solved=Solved.YES, satisfied=Solved.NO)
PARTLY = CallBackFacts(
    "help", reached=True, contacted=False, solved=Solved.PARTLY, satisfied=Solved.PARTLY
)
SILENT = CallBackFacts("help", reached=False, contacted=None, solved=None, satisfied=None)
PRAISED = CallBackFacts(
    "praise", reached=True, contacted=True, solved=Solved.YES, satisfied=Solved.YES
)


def test_the_three_rates_count_what_the_rules_say() -> None:
    facts = [ASKED, PARTLY, SILENT, PRAISED]
    strict = three_rates_of(facts, RateRules())
    assert (strict.response, strict.solved, strict.satisfied) == (
        Rate(1.0, 2), Rate(1.0, 2), Rate(0.0, 2),
    )  # fmt: skip
    mild = RateRules(partly_counts=0.6, counts_unreached=True, left_out=frozenset())
    counted = three_rates_of(facts, mild)
    assert (counted.solved.numerator, counted.solved.denominator) == (2.6, 4)
    assert counted.score(mild) == pytest.approx(0.2 * 0.5 + 0.5 * 0.65 + 0.3 * 0.4)
    assert Rates().score(mild) is None


@given(st.lists(st.sampled_from([ASKED, PARTLY, SILENT, PRAISED])), st.integers(0, 20))
def test_rates_of_parts_add_up_to_the_whole(facts: list[CallBackFacts], cut: int) -> None:
    rules = RateRules(partly_counts=0.5)
    parts = three_rates_of(facts[:cut], rules) + three_rates_of(facts[cut:], rules)
    assert parts == three_rates_of(facts, rules)


@pytest.mark.parametrize(
    ("tier", "is_class_sure", "charged", "place", "governments", "expected"),
    [
        # A clear duty goes straight to the office.
        ("general", True, 1, "350102", 1, Route(Basis.CLASS)),
        ("general", True, 1, "350102", 0, Route(Basis.CLASS)),
        ("utilities", True, 1, "350100", 0, Route(Basis.CLASS)),
        # An unclear one whose place is known goes to the government there.
        ("general", False, 1, "350102", 1, Route(Basis.TERRITORY, Obstacle.CLASS_UNSURE)),
        ("general", False, 0, "350102001", 1, Route(Basis.TERRITORY, Obstacle.CLASS_UNSURE)),
        ("general", True, 0, "350102", 1, Route(Basis.TERRITORY, Obstacle.NOBODY_CHARGED)),
        ("general", True, 2, "350102", 1, Route(Basis.TERRITORY, Obstacle.SEVERAL_CHARGED)),
        # A place that is not settled down to a county is a person's to find.
        ("general", True, 1, "", 1, Route(None, Obstacle.PLACE_UNSETTLED)),
        ("general", False, 0, "", 0, Route(None, Obstacle.PLACE_UNSETTLED)),
        ("general", False, 1, "350100", 1, Route(None, Obstacle.PLACE_UNSETTLED)),
        ("general", False, 1, "350000", 1, Route(None, Obstacle.PLACE_UNSETTLED)),
        # Nobody to send it to, or two who could both be meant.
        ("general", False, 1, "350102", 0, Route(None, Obstacle.NO_GOVERNMENT)),
        ("general", False, 1, "350102", 2, Route(None, Obstacle.NO_GOVERNMENT)),
        # An emergency is looked at first, however sure everything else is.
        ("emergency", True, 1, "350102", 1, Route(None, Obstacle.EMERGENCY)),
        ("emergency", False, 0, "", 0, Route(None, Obstacle.EMERGENCY)),
    ],
)
def test_where_an_appeal_goes_by_itself(
    tier: str, is_class_sure: bool, charged: int, place: str, governments: int, expected: Route
) -> None:
    found = route_of(
        tier=tier, is_class_sure=is_class_sure, charged=charged, place=place,
        governments=governments,
    )  # fmt: skip
    assert found == expected
    assert bool(found.reason) == (found.basis is Basis.TERRITORY)


@pytest.mark.parametrize(
    ("place", "county"),
    [("350102", "350102"), ("350102001007", "350102"), ("441900003", "441900"), ("350100", ""),
     ("350000", ""), ("", "")],
)  # fmt: skip
def test_the_territory_of_a_place_is_its_county(place: str, county: str) -> None:
    assert territory_of(place) == county


def test_what_another_system_did_is_read_and_not_part_of_what_the_caller_said() -> None:
    said = {
        "dispatched_at": "2026-11-01 09:00", "answered_at": "2026/11/3 8:00", "answer": "已修好",
        "called_back_at": "2026-11-04", "contacted": "是", "solved": "已解决",
        "satisfied": "基本满意",
    }  # fmt: skip
    draft = draft_of_row(row(**said))
    assert (draft.is_answered, draft.is_called_back) == (True, True)
    assert (draft.contacted, draft.solved, draft.satisfied) == (True, Solved.YES, Solved.PARTLY)
    assert digest_of(draft) == digest_of(draft_of_row(row()))
    assert not draft_of_row(row(**said | {"satisfied": "五星"})).is_called_back
    assert not draft_of_row(row(solved="已解决", contacted="是", satisfied="满意")).is_called_back
    with pytest.raises(RowProblem, match="before the appeal was filed"):
        draft_of_row(row(answered_at="2026-10-31"))
    with pytest.raises(RowProblem, match="no date and time"):
        draft_of_row(row(dispatched_at="soon"))


def test_the_last_days_are_whole_days_and_today_so_far() -> None:
    noon = datetime(2026, 11, 20, 12, 0, tzinfo=SHANGHAI)
    since, until = rate_period(noon, days=7)
    assert since == datetime(2026, 11, 13, tzinfo=SHANGHAI)
    assert since == rate_period(noon + timedelta(hours=11), days=7)[0]
    assert until > noon
