"""The page of posts: the security administrator gives and ends, the audit administrator reads."""

from __future__ import annotations

import re
from html import unescape

import pytest
from django.test import Client

from yitang.ground.organisations.api import Organisation, User, appointments_of, scope_of
from yitang.ground.organisations.tests.factories import make_officer, make_organisation, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def home() -> Organisation:
    return make_organisation("990100", name="Linjiang government")


def given(organisation: Organisation, username: str, role: str = "clerk") -> dict[str, str]:
    return {"username": username, "role": role, "organisation": str(organisation.public_id)}


def test_the_security_administrator_gives_a_post_and_ends_it(
    client: Client, home: Organisation
) -> None:
    user = make_user("chen")
    client.force_login(make_officer("security_admin", organisation=home))
    assert client.post("/accounts/posts/", given(home, "chen")).status_code == 302
    (post,) = appointments_of(user)
    page = client.get("/accounts/posts/", {"q": "chen"}).content.decode()
    assert "窗口人员" in page
    assert f"/accounts/posts/{post.public_id}/end/" in page
    asked = client.get(f"/accounts/posts/{post.public_id}/end/").content.decode()
    assert [w for w in ("chen", "窗口人员", str(home), "任职自") if w not in asked] == []
    (post,) = appointments_of(user)
    assert post.valid_to is None  # looking ends nothing
    assert client.post(f"/accounts/posts/{post.public_id}/end/").status_code == 302
    (post,) = appointments_of(user)
    assert post.valid_to is not None
    assert scope_of(User.objects.get(pk=user.pk)).roles == {"citizen"}


@pytest.mark.parametrize(
    ("username", "role", "sentence"),
    [
        ("nobody", "clerk", "Nobody has this user name."),
        ("audit", "handler", "audit is audit administrator and cannot also be handling officer"),
        ("security", "clerk", "nobody appoints themselves"),
        ("chen", "king", "king"),
    ],
)
def test_a_wrong_appointment_is_said_beside_the_form(
    client: Client, home: Organisation, username: str, role: str, sentence: str
) -> None:
    make_user("chen")
    make_officer("audit_admin", organisation=home, username="audit")
    client.force_login(make_officer("security_admin", organisation=home, username="security"))
    response = client.post(
        "/accounts/posts/", given(home, username, role), headers={"accept-language": "en"}
    )
    assert response.status_code == 200
    page = response.content.decode()
    assert sentence in page
    assert 'role="alert"' in page


def test_an_organisation_outside_the_division_is_not_offered(
    client: Client, home: Organisation
) -> None:
    other = make_organisation("990200", name="Elsewhere")
    user = make_user("chen")
    client.force_login(make_officer("security_admin", organisation=home))
    assert "Elsewhere" not in client.get("/accounts/posts/").content.decode()
    assert client.post("/accounts/posts/", given(other, "chen")).status_code == 200
    assert appointments_of(user) == []


def test_the_audit_administrator_reads_and_nobody_else_does(
    client: Client, home: Organisation
) -> None:
    clerk = make_officer("clerk", organisation=home, username="chen")
    (post,) = appointments_of(clerk)
    client.force_login(make_officer("audit_admin", organisation=home))
    page = client.get("/accounts/posts/").content.decode()
    assert "chen" in page
    assert "/end/" not in page
    client.post("/accounts/posts/", given(home, "chen", "handler"))
    assert client.get(f"/accounts/posts/{post.public_id}/end/").status_code == 403
    assert client.post(f"/accounts/posts/{post.public_id}/end/").status_code == 403
    client.force_login(clerk)
    assert client.get("/accounts/posts/").status_code == 403
    client.logout()
    assert client.get("/accounts/posts/").headers["Location"].startswith("/accounts/login/")
    assert [p.role for p in appointments_of(clerk) if p.valid_to is None] == ["clerk"]


def test_every_post_is_reached_page_by_page(client: Client, home: Organisation) -> None:
    for number in range(31):
        make_officer("clerk", organisation=home, username=f"clerk{number:02}")
    client.force_login(make_officer("audit_admin", organisation=home))
    seen: set[str] = set()
    address, pages = "/accounts/posts/?q=clerk", 0
    while address:
        page = client.get(address).content.decode()
        seen |= set(re.findall(r">(clerk\d\d)<", page))
        following = re.search(r'rel="next" href="([^"]*)"', page)
        address = "/accounts/posts/" + unescape(following[1]) if following else ""
        pages += 1
    assert (len(seen), pages) == (31, 2)
    assert client.get("/accounts/posts/?cursor=x").status_code == 400


@pytest.mark.once
def test_a_clerk_verifies_an_account_in_the_browser_and_over_json(
    client: Client, home: Organisation
) -> None:
    make_user("lin")
    given = {"username": "lin", "name": "林晓", "identity_number": "11010519491231002X"}
    given["purpose"] = "本人到窗口核对账号"
    client.force_login(make_officer("handler", organisation=home))
    assert client.post("/accounts/identity/", given).status_code == 403
    assert client.post("/api/v1/accounts/lin/identity", {}, "application/json").status_code == 422
    client.force_login(make_officer("clerk", organisation=home))
    assert "/accounts/identity/" in client.get("/desk/").content.decode()
    wrong = client.post("/accounts/identity/", given | {"identity_number": "110105194912310021"})
    assert (wrong.status_code, 'value="林晓"' in wrong.content.decode()) == (422, True)
    assert client.post("/accounts/identity/", given).status_code == 302
    assert User.objects.get(username="lin").identity_index
    del given["username"]
    again = client.post("/api/v1/accounts/lin/identity", given, "application/json")
    assert (again.status_code, again.json()["code"]) == (409, "organisations.already_verified")
