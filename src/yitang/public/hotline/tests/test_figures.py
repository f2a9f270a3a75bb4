from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from yitang.ground.casework.api import supervise_cases
from yitang.ground.metrics.api import check_rollups, metric_sum, metric_value
from yitang.ground.organisations.api import system_actor
from yitang.public.hotline.actions import (
    answer_appeal,
    answer_at_once,
    arbitrate_appeal,
    call_back,
    configure,
    dispatch_appeal,
    refer_appeal,
    return_appeal,
    sign_for_appeal,
)
from yitang.public.hotline.errors import AnswerMissing
from yitang.public.hotline.models import Appeal
from yitang.public.hotline.rules import (
    ANSWERED_IN_TIME,
    APPEALS,
    DISPATCHED_IN_TIME,
    LATE,
    RESPONSE,
    SATISFIED,
    SOLVED,
    FigureFacts,
    Solved,
    figures_of,
)

from .factories import AT, HOME, Province, make_appeal, make_province

pytestmark = pytest.mark.django_db


@pytest.fixture
def province() -> Province:
    return make_province()


def figure(code: str, division: str = HOME) -> tuple[float, float]:
    found = metric_value(code=code, division_code=division)
    return float(found.numerator), float(found.denominator)


def sent(province: Province, *, at: datetime = AT) -> Appeal:
    return dispatch_appeal(
        appeal_id=make_appeal("楼道灯坏了").pk, organisation=province.water,
        actor=province.dispatcher, at=at, division_code="350102",
    )  # fmt: skip


def answered(appeal: Appeal, *, at: datetime) -> Appeal:
    sign_for_appeal(appeal_id=appeal.pk, actor=system_actor(), at=at)
    return answer_appeal(appeal_id=appeal.pk, text="已修好", actor=system_actor(), at=at)


def test_figures_follow_an_appeal_and_equal_a_recount(province: Province) -> None:
    good, slow = sent(province), sent(province, at=AT + timedelta(hours=25))
    assert (figure(APPEALS), figure(DISPATCHED_IN_TIME)) == ((2, 0), (1, 2))
    assert figure(APPEALS, "350102") == (2, 0)  # moved along when the place was found
    answered(good, at=AT + timedelta(days=2))
    late = answered(slow, at=AT + timedelta(days=30))
    assert figure(ANSWERED_IN_TIME) == (1, 2)
    said: dict[str, Any] = {"reached": True, "contacted": True, "satisfied": Solved.NO}
    later = AT + timedelta(days=31)
    call_back(
        appeal_id=late.pk, actor=system_actor(), at=later, solved=Solved.NO, redo=True,
        note="again", **said,
    )  # fmt: skip
    assert figure(SOLVED) == (0, 1)
    answer_appeal(appeal_id=late.pk, text="又修了", actor=system_actor(), at=later)
    call_back(appeal_id=late.pk, actor=system_actor(), at=later, solved=Solved.YES, **said)
    assert (figure(RESPONSE), figure(SOLVED), figure(SATISFIED)) == ((1, 1), (1, 1), (0, 1))
    assert figure(ANSWERED_IN_TIME) == (1, 2)  # the first answer counts
    assert check_rollups() == []


def test_every_other_move_keeps_the_figures_in_line(province: Province) -> None:
    appeal = sent(province)
    return_appeal(appeal_id=appeal.pk, actor=system_actor(), at=AT, reason="not ours")
    arbitrate_appeal(
        appeal_id=appeal.pk, organisation=province.office, actor=system_actor(), at=AT,
        note="yours", division_code="350103",
    )  # fmt: skip
    answer_at_once(appeal_id=make_appeal("几点上班").pk, text="九点", actor=system_actor(), at=AT)
    refer_appeal(appeal_id=make_appeal("判决").pk, actor=system_actor(), at=AT, reason="court")
    assert figure(APPEALS, "350103") == (1, 0)
    assert figure(ANSWERED_IN_TIME) == (1, 1)
    with pytest.raises(AnswerMissing):
        answer_appeal(appeal_id=appeal.pk, text=" ", actor=system_actor(), at=AT)
    assert check_rollups() == []


def test_what_supervision_finds_late_is_counted_until_it_moves_on(province: Province) -> None:
    waiting, handled = make_appeal("楼道灯坏了"), sent(province)
    at = AT + timedelta(days=20)
    assert supervise_cases(at=at).late == 2
    assert figure(LATE) == (2, 0)
    dispatch_appeal(
        appeal_id=waiting.pk, organisation=province.water, actor=province.dispatcher, at=at
    )
    assert figure(LATE) == (1, 0)  # a new limit runs
    sign_for_appeal(appeal_id=handled.pk, actor=system_actor(), at=at)
    assert figure(LATE) == (1, 0)  # the same limit goes on
    answer_appeal(appeal_id=handled.pk, text="好了", actor=system_actor(), at=at)
    assert figure(LATE) == (0, 0)
    assert check_rollups() == []


def test_changed_rules_of_the_rates_change_the_figures(province: Province, tmp_path: Path) -> None:
    appeal = answered(sent(province), at=AT)
    call_back(
        appeal_id=appeal.pk, actor=system_actor(), at=AT, reached=True, contacted=True,
        solved=Solved.PARTLY, satisfied=Solved.PARTLY,
    )  # fmt: skip
    assert figure(SOLVED) == (0, 1)
    path = tmp_path / "hotline.toml"
    path.write_text("[rates]\npartly_counts = 0.5\n", encoding="utf-8")
    configure(path=path, actor=system_actor(), home=HOME, at=AT)
    assert figure(SOLVED) == (0.5, 1)
    assert check_rollups() == []


def test_days_are_summed_without_months_and_years(province: Province) -> None:
    make_appeal("楼道灯坏了")
    make_appeal("楼道灯坏了", at=AT + timedelta(days=3))
    day = AT.date()
    found = metric_sum(code=APPEALS, division_code=HOME, since=day, until=day + timedelta(days=9))
    assert found.value == 2
    assert metric_sum(code=APPEALS, division_code=HOME, since=day, until=day).value == 1


def test_an_appeal_settled_elsewhere_was_not_for_us_to_dispatch() -> None:
    facts = FigureFacts(filed_on=date(2026, 11, 1), county="350102", basis="elsewhere")
    assert [found.code for found in figures_of(facts)] == [APPEALS]
