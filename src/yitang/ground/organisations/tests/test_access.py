import pytest

from yitang.ground.organisations.api import can, scope_of, system_actor

from . import factories

pytestmark = pytest.mark.django_db


def test_the_platform_may_appoint_anywhere_and_a_citizen_nowhere() -> None:
    citizen = factories.make_user()
    assert can(system_actor(), "organisations.appoint", division_code="350102")
    assert not can(citizen, "organisations.appoint", division_code="350102")


def test_an_officers_scope_is_the_subtree_of_the_post() -> None:
    officer = factories.make_officer("handler", organisation=factories.make_organisation("350100"))
    scope = scope_of(officer)
    assert scope.division_prefixes == ("3501",)
    assert scope.roles == {"citizen", "handler"}
