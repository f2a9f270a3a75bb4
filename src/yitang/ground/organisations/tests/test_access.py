"""Every role × permission × place: allowed inside the reach, refused outside with a reason."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser

from yitang.ground.base.errors import NotAllowed
from yitang.ground.organisations.api import (
    User,
    access_matrix,
    can,
    check_can,
    end_appointment,
    scope_of,
    system_actor,
)
from yitang.ground.organisations.errors import (
    NotYours,
    OutsideDivision,
    OutsideDuties,
    OutsideOrganisation,
    RoleMissing,
    SignInNeeded,
)
from yitang.ground.organisations.rules import APPOINTED, ROLES, Cell, Reach, reaches_of

from . import factories

pytestmark = pytest.mark.django_db

HERE, BELOW, BESIDE, ABOVE, ELSEWHERE = "990100", "990102", "990200", "990000", "980100"


OWN, ORGANISATION, DIVISION, PROVINCE = (
    Reach.OWN,
    Reach.ORGANISATION,
    Reach.DIVISION,
    Reach.PROVINCE,
)
REASONS = {
    OWN: NotYours,
    ORGANISATION: OutsideOrganisation,
    DIVISION: OutsideDivision,
    PROVINCE: OutsideDivision,
}
Place = dict[str, str | int | None]


def refusal(user: User | AnonymousUser, permission: str, **place: Any) -> type[NotAllowed] | None:
    """The reason why ``user`` may not; ``None`` when they may."""
    if can(user, permission, **place):
        check_can(user, permission, **place)
        return None
    with pytest.raises(NotAllowed) as refused:
        check_can(user, permission, **place)
    sentence = str(refused.value)
    assert sentence.endswith(".")
    assert "{" not in sentence
    return refused.type


class World:
    """One officer with one role at home, and what lies around."""

    def __init__(self, role: str) -> None:
        for code in (ABOVE, "980000", ELSEWHERE, HERE, BELOW, BESIDE):
            factories.make_division(code)
        self.home = factories.make_organisation(HERE)
        if role in APPOINTED:
            self.user = factories.make_officer(role, organisation=self.home)
        else:
            self.user = system_actor() if role == "system" else factories.make_user()
        neighbour = factories.make_organisation(HERE)
        far = factories.make_organisation(BESIDE)
        self.places: list[tuple[Place, set[Reach]]] = [
            ({}, {OWN, ORGANISATION, DIVISION, PROVINCE}),
            ({"owner_id": self.user.pk}, {OWN, PROVINCE}),
            ({"owner_id": factories.make_user().pk}, {PROVINCE}),
            ({"organisation_id": self.home.pk}, {ORGANISATION, DIVISION, PROVINCE}),
            ({"organisation_id": neighbour.pk}, {DIVISION, PROVINCE}),
            ({"organisation_id": far.pk}, {PROVINCE}),
            ({"division_code": HERE}, {DIVISION, PROVINCE}),
            ({"division_code": BELOW}, {DIVISION, PROVINCE}),
            ({"division_code": BESIDE}, {PROVINCE}),
            ({"division_code": ABOVE}, {PROVINCE}),
            ({"division_code": ELSEWHERE}, set()),
            (
                {"division_code": ELSEWHERE, "organisation_id": self.home.pk},
                {ORGANISATION},
            ),
            ({"division_code": HERE, "owner_id": self.user.pk}, {OWN, DIVISION, PROVINCE}),
        ]

    def wrong(self, cell: Cell) -> list[str]:
        """What is wrong with one cell of the matrix, in words; empty when it holds."""
        as_citizen = reaches_of(cell.permission).get("citizen")
        if cell.role == "system":
            as_citizen = None
        anywhere = as_citizen is PROVINCE or (cell.role == "system" and cell.reach is not None)
        reaches = {cell.reach, as_citizen} - {None}
        own_reach = cell.reach or as_citizen
        found = []
        for place, covering in self.places:
            expected: type[NotAllowed] | None = None
            if not reaches:
                expected = RoleMissing
            elif not (anywhere or reaches & covering) and own_reach is not None:
                expected = REASONS[own_reach]
            got = refusal(self.user, cell.permission, **place)
            if got is not expected:
                found.append(f"{cell} {place}: {got}, not {expected}")
        return found


@pytest.mark.parametrize("role", list(ROLES))
def test_every_cell_of_the_matrix_holds(role: str) -> None:
    world = World(role)
    cells = [cell for cell in access_matrix() if cell.role == role]
    assert len(cells) >= 3
    assert [line for cell in cells for line in world.wrong(cell)] == []


def test_whoever_has_not_signed_in_may_nothing_of_it() -> None:
    codes = {cell.permission for cell in access_matrix()}
    assert {refusal(AnonymousUser(), code) for code in codes} == {SignInNeeded}


def test_a_post_counts_only_while_it_is_held() -> None:
    officer = factories.make_officer("security_admin")
    post = officer.appointments.get()
    day = date(2026, 11, 23)
    assert can(officer, "organisations.appoint", on=day)
    assert not can(officer, "organisations.appoint", on=date(2019, 12, 31))
    end_appointment(appointment_id=post.pk, actor=system_actor(), at=factories.AT, valid_to=day)
    officer = User.objects.get(pk=officer.pk)
    assert not can(officer, "organisations.appoint", on=day)
    assert can(officer, "organisations.appoint", on=date(2026, 11, 22))


def test_a_closed_account_may_nothing() -> None:
    officer = factories.make_officer("security_admin")
    assert can(officer, "organisations.appoint")
    officer.is_active = False
    officer.save()
    assert not can(User.objects.get(pk=officer.pk), "organisations.appoint")


def test_duties_narrow_what_an_organisation_is_asked_for() -> None:
    water = factories.make_organisation(HERE, duties=("water",))
    general = factories.make_organisation(HERE)
    for organisation, answers in ((water, {"water": None, "roads": OutsideDuties}), (general, {})):
        officer = factories.make_officer("security_admin", organisation=organisation)
        for duty in ("water", "roads"):
            why = refusal(officer, "organisations.appoint", division_code=HERE, duty=duty)
            assert why is answers.get(duty)


def test_an_officers_scope_is_the_subtree_of_the_post() -> None:
    officer = factories.make_officer("handler", organisation=factories.make_organisation(HERE))
    scope = scope_of(officer)
    assert scope.division_prefixes == ("9901",)
    assert scope.roles == {"citizen", "handler"}
    assert scope.user_public_id == str(officer.public_id)
    assert scope_of(officer, permission="organisations.appoint").division_prefixes == ()
    assert scope_of(AnonymousUser()).posts == ()
    assert scope_of(system_actor()).division_prefixes == ("",)


def test_posts_are_asked_for_once(django_assert_num_queries: object) -> None:
    officer = User.objects.get(pk=factories.make_officer("security_admin").pk)
    with django_assert_num_queries(1):  # type: ignore[operator]
        for _ in range(3):
            assert can(officer, "organisations.appoint", division_code="350102")


def test_a_refusal_names_a_few_posts_and_counts_the_rest() -> None:
    asked = [{*reaches_of(cell.permission)} & set(APPOINTED) for cell in access_matrix()]
    many = max(range(len(asked)), key=lambda n: len(asked[n]))
    with pytest.raises(RoleMissing) as refused:
        check_can(factories.make_user(), access_matrix()[many].permission)
    assert str(refused.value).count(" or ") == 3
    assert f"one of {len(asked[many]) - 3} further posts" in str(refused.value)
