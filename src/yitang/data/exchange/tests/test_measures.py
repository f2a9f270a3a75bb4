"""The figures of the room: counted with each move, and equal to a recount of the histories."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import transaction

from yitang.data.exchange.api import SharingRequest, move_request
from yitang.data.exchange.measures import ANSWERED, IN_FORCE
from yitang.data.exchange.rules import GRANT_STEPS, REQUEST, step_of_grant
from yitang.ground.metrics.api import Reading, check_rollups, metric_value, refresh_rollups
from yitang.ground.organisations.api import system_actor
from yitang.ground.organisations.tests.factories import make_officer

from .factories import AT, PATHS, brought_to, make_births, make_request

pytestmark = pytest.mark.django_db

HOME, LATER = "350000", timedelta(days=60)
IN_FORCE_AFTER = {"supplied": 1}


def figure(code: str, period: str = "all") -> Reading:
    return metric_value(code=code, division_code=HOME, period=period)


def move(request: SharingRequest, *verbs: str, late: bool = False) -> None:
    """Made by the provider's head, on time or sixty days later."""
    head = make_officer("sharing_head", organisation=request.provider)
    for verb in verbs:
        assert request.case is not None
        move_request(
            case_id=request.case.pk,
            verb=verb,
            actor=head,
            at=AT + LATER if late else AT,
            note="because",
        )


def test_answers_count_in_time_or_late_and_only_once_a_request() -> None:
    births = make_births()
    for verb, late in (("agree", False), ("refuse", False), ("refuse", True), ("return", False)):
        move(brought_to("received", make_request(births)), verb, late=late)
    answered = figure(ANSWERED)
    assert [answered.numerator, answered.denominator] == [2, 3]
    assert figure(ANSWERED, "2026-11").denominator == 2
    assert figure(ANSWERED, "2027-01").numerator == 0
    assert check_rollups([ANSWERED]) == []


def test_what_the_platform_walks_by_itself_is_no_answer() -> None:
    by_itself = brought_to("agreed", make_request())
    assert figure(ANSWERED).denominator == 0
    # A history that the platform began and an officer ended counts the officer's part.
    request = brought_to("received", make_request(by_itself.dataset))
    move(request, "agree")
    assert figure(ANSWERED).denominator == 1
    assert check_rollups([ANSWERED]) == []


@pytest.mark.parametrize("state", sorted(PATHS))
def test_a_grant_counts_while_it_is_in_force(state: str) -> None:
    brought_to(state, make_request())
    assert figure(IN_FORCE).numerator == IN_FORCE_AFTER.get(state, 0)
    assert check_rollups([ANSWERED, IN_FORCE]) == []


def test_a_suspended_grant_is_taken_away_once_however_it_ends() -> None:
    request = brought_to("supplied", make_request())
    for verb, expected in (("suspend", 0), ("resume", 1), ("suspend", 0), ("terminate", 0)):
        move(request, verb)
        assert figure(IN_FORCE).numerator == expected
    kept = figure(IN_FORCE)
    assert check_rollups([IN_FORCE]) == []
    refresh_rollups(codes=[IN_FORCE], at=AT)
    assert figure(IN_FORCE).numerator == kept.numerator


def test_a_move_that_is_undone_is_not_counted() -> None:
    request = brought_to("agreed", make_request())
    assert request.case is not None
    with transaction.atomic():
        move_request(case_id=request.case.pk, verb="supply", actor=system_actor(), at=AT)
        assert figure(IN_FORCE).numerator == 1
        transaction.set_rollback(True)
    assert figure(IN_FORCE).numerator == 0
    assert check_rollups([IN_FORCE]) == []


def test_every_move_into_or_out_of_force_has_its_step() -> None:
    for one in REQUEST.transitions:
        gained = (one.target == "supplied") - (one.source == "supplied")
        assert step_of_grant(one.verb, one.source) == gained, one
    assert {one.verb for one in REQUEST.transitions} >= GRANT_STEPS.keys()
