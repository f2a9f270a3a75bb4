"""Signing in: pages in two languages, lockout, the second factor of officers."""

from __future__ import annotations

import base64
import hmac
import struct
import time
from dataclasses import replace

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from django.test import Client, override_settings
from django.utils.translation import override

from yitang.ground.base.errors import NotAllowed
from yitang.ground.organisations.api import User, check_can, user_by_username
from yitang.ground.organisations.tests.factories import (
    make_appointment,
    make_organisation,
    make_user,
)
from yitang.ground.plumbing.api import load_settings, translated
from yitang.site.web.accounts import second_factor

pytestmark = pytest.mark.django_db
PASSWORD = "a long enough sentence"  # noqa: S105  (opens nothing)
WRONG = "another long sentence"


@pytest.fixture
def citizen() -> User:
    return make_user("wang", password=PASSWORD)


@pytest.fixture
def officer() -> User:
    user = make_user("chen", password=PASSWORD)
    make_appointment(user, "handler", make_organisation())
    return user


@pytest.fixture
def with_second_factor(monkeypatch: pytest.MonkeyPatch) -> None:
    strict = replace(load_settings({"YITANG_SECRET_KEY": "x" * 40}), second_factor=True)
    monkeypatch.setattr(second_factor, "settings", lambda: strict)


def sign_in(client: Client, username: str, password: str = PASSWORD, **extra: str) -> int:
    form = {"login": username, "password": password}
    return client.post("/accounts/login/", form, **extra).status_code  # type: ignore[arg-type]


def is_signed_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


def code_of(secret: str) -> str:
    """The six digits of RFC 6238 that a phone would show now."""
    counter = struct.pack(">Q", int(time.time()) // 30)
    digest = hmac.digest(base64.b32decode(secret), counter, "sha1")
    offset = digest[-1] & 15
    number = struct.unpack(">I", digest[offset : offset + 4])[0] & 0x7FFFFFFF
    return f"{number % 10**6:06d}"


@pytest.mark.parametrize(
    ("path", "chinese", "english"),
    [
        ("/accounts/login/", "登录", "Sign in"),
        ("/accounts/signup/", "注册账号", "Open an account"),
        ("/accounts/inactive/", "这个账号已停用", "This account is closed"),
    ],
)
def test_pages_speak_both_languages_in_the_look_of_the_site(
    client: Client, path: str, chinese: str, english: str
) -> None:
    for language, words in (("zh-hans", chinese), ("en", english)):
        page = client.get(path, headers={"accept-language": language}).content.decode()
        assert f"<h1>{words}</h1>" in page
        assert 'href="#main"' in page


def test_a_citizen_signs_in_with_name_and_password_and_out_again(
    client: Client, citizen: User
) -> None:
    assert sign_in(client, "wang", WRONG) == 200
    assert not is_signed_in(client)
    assert sign_in(client, "wang") == 302
    assert is_signed_in(client)
    assert client.session.get_expire_at_browser_close()
    assert client.get("/accounts/logout/").status_code == 200
    client.post("/accounts/logout/")
    assert not is_signed_in(client)


def test_a_citizen_opens_an_account_without_an_e_mail_address(client: Client) -> None:
    form = {"username": "li", "password1": PASSWORD, "password2": PASSWORD}
    weak = {**form, "password1": "12345678", "password2": "12345678"}
    assert client.post("/accounts/signup/", weak).status_code == 200
    short = {**form, "password1": "abc", "password2": "abc"}
    told = client.post("/accounts/signup/", short, headers={"Accept-Language": "zh-hans"})
    assert "密码太短，至少要 8 个字符" in told.content.decode()
    assert user_by_username("li") is None
    assert client.post("/accounts/signup/", form).status_code == 302
    user = user_by_username("li")
    assert user is not None
    assert (user.display_name, user.is_officer, user.email) == ("li", False, "")


def test_nobody_learns_whether_an_account_exists(client: Client, citizen: User) -> None:
    pages = [
        client.post(
            "/accounts/login/",
            {"login": name, "password": WRONG},
            headers={"accept-language": "en"},
        ).content.decode()
        for name in ("wang", "nobody")
    ]
    sentence = "The username and/or password you specified are not correct."
    assert all(sentence in page for page in pages)


def test_five_wrong_passwords_lock_the_account_from_every_address(
    client: Client, citizen: User
) -> None:
    make_user("li", password=PASSWORD)
    for attempt in range(5):
        sign_in(client, "WANG" if attempt % 2 else "wang", WRONG, REMOTE_ADDR=f"10.0.0.{attempt}")
    assert sign_in(client, "wang", REMOTE_ADDR="10.0.1.1", HTTP_HOST="localhost") == 200
    assert not is_signed_in(client)
    page = client.post("/accounts/login/", {"login": "wang", "password": PASSWORD})
    assert "十五分钟" in page.content.decode()
    assert sign_in(client, "li", REMOTE_ADDR="10.0.1.1") == 302  # others go on


def test_an_address_that_tries_many_accounts_is_locked(client: Client, citizen: User) -> None:
    for attempt in range(20):
        sign_in(client, f"guess{attempt}", WRONG, REMOTE_ADDR="10.0.0.9")
    assert sign_in(client, "wang", REMOTE_ADDR="10.0.0.9") == 200
    assert not is_signed_in(client)
    assert sign_in(client, "wang", REMOTE_ADDR="10.0.0.10") == 302


def test_the_lock_opens_again(client: Client, citizen: User) -> None:
    with override_settings(ACCOUNT_RATE_LIMITS={"login_failed": "2/15m/key"}):
        for _ in range(2):
            sign_in(client, "wang", WRONG)
        assert sign_in(client, "wang") == 200
        with time_machine.travel(time.time() + 16 * 60, tick=True):
            assert sign_in(client, "wang") == 302


def test_a_closed_account_is_told_so(client: Client, citizen: User) -> None:
    citizen.is_active = False
    citizen.save()
    response = client.post("/accounts/login/", {"login": "wang", "password": PASSWORD})
    assert response.headers["Location"] == "/accounts/inactive/"
    assert not is_signed_in(client)


@pytest.mark.usefixtures("with_second_factor")
def test_an_officer_sets_up_the_second_factor_before_anything_else(
    client: Client, officer: User
) -> None:
    assert sign_in(client, "chen") == 302
    for path in ("/", "/desk/", "/halls/", "/accounts/posts/", "/accounts/2fa/"):
        response = client.get(path)
        if path.startswith("/accounts/2fa/"):
            assert response.status_code == 200
        else:
            assert response.headers["Location"] == "/accounts/2fa/totp/activate/"
    refused = client.get("/api/v1/anything")
    assert refused.status_code == 403
    assert refused.headers["Content-Type"] == "application/problem+json"
    assert refused.json()["code"] == "base.not_allowed"

    page = client.get("/accounts/2fa/totp/activate/")
    secret = page.context["form"].secret
    assert secret in page.content.decode()
    assert secret in client.get("/accounts/2fa/totp/activate/").content.decode()  # as scanned
    wrong = client.post("/accounts/2fa/totp/activate/", {"code": "000000"})
    assert wrong.status_code == 200
    assert client.post("/accounts/2fa/totp/activate/", {"code": code_of(secret)}).status_code == 302
    stored = Authenticator.objects.get(user=officer, type="totp").data["secret"]
    assert secret not in stored
    assert client.get("/halls/").status_code == 200


@pytest.mark.usefixtures("with_second_factor")
def test_the_next_sign_in_asks_for_the_code_and_the_factor_stays(
    client: Client, officer: User
) -> None:
    sign_in(client, "chen")
    secret = client.get("/accounts/2fa/totp/activate/").context["form"].secret
    client.post("/accounts/2fa/totp/activate/", {"code": code_of(secret)})
    codes = client.get("/accounts/2fa/recovery-codes/").context["unused_codes"]
    assert len(codes) == 10
    client.post("/accounts/2fa/totp/deactivate/")
    assert Authenticator.objects.filter(user=officer, type="totp").exists()
    client.post("/accounts/logout/")

    response = client.post("/accounts/login/", {"login": "chen", "password": PASSWORD})
    assert response.headers["Location"] == "/accounts/2fa/authenticate/"
    assert not is_signed_in(client)
    assert client.get("/accounts/2fa/authenticate/").status_code == 200
    assert client.post("/accounts/2fa/authenticate/", {"code": "000000"}).status_code == 200
    assert not is_signed_in(client)
    client.post("/accounts/2fa/authenticate/", {"code": codes[0]})
    assert is_signed_in(client)
    assert client.get("/halls/").status_code == 200


@pytest.mark.once
@pytest.mark.usefixtures("with_second_factor")
def test_a_lost_phone_and_a_forgotten_password_have_a_way_back(
    client: Client, officer: User
) -> None:
    sign_in(client, "chen")
    secret = client.get("/accounts/2fa/totp/activate/").context["form"].secret
    client.post("/accounts/2fa/totp/activate/", {"code": code_of(secret)})
    kept = client.get("/accounts/2fa/totp/deactivate/").content.decode()
    assert '<button class="btn">停用' not in kept  # nothing that would only be refused
    post = officer.appointments.get()
    security = make_user("security", password=PASSWORD)
    make_appointment(security, "security_admin", post.organisation)
    administrator = Client()
    administrator.force_login(security)
    Authenticator.objects.create(user=security, type="totp", data={"secret": "x"})
    address = f"/accounts/posts/{post.public_id}/sign-in/"
    assert address in administrator.get("/accounts/posts/").content.decode()
    assert "password" not in administrator.post(address, {"what": "password"}).context  # no reason
    made = administrator.post(address, {"reason": "当面说明", "what": "password"})
    password = made.context["password"]
    assert (
        administrator.post(address, {"reason": "手机丢失", "what": "second_factor"}).headers[
            "Location"
        ]
        == address
    )
    assert not is_signed_in_now(client)

    assert sign_in(client, "chen", password) == 302  # no code is asked for
    own = "/accounts/password/change/"
    for path in ("/desk/", "/accounts/2fa/totp/activate/", "/accounts/posts/"):
        assert client.get(path).headers["Location"] == own
    assert client.get("/api/v1/cases").status_code == 403
    for unfit in (password, "chenchen"):
        given = {"oldpassword": password, "password1": unfit, "password2": unfit}
        assert client.post(own, given).status_code == 200
    given = {"oldpassword": password, "password1": WRONG, "password2": WRONG}
    assert client.post(own, given).headers["Location"] == "/desk/"
    assert client.get("/desk/").headers["Location"] == "/accounts/2fa/totp/activate/"


def is_signed_in_now(client: Client) -> bool:
    return client.get("/accounts/2fa/").status_code == 200


@pytest.mark.usefixtures("with_second_factor")
def test_citizens_need_no_second_factor_but_may_have_one(client: Client, citizen: User) -> None:
    sign_in(client, "wang")
    assert client.get("/halls/").status_code == 200
    secret = client.get("/accounts/2fa/totp/activate/").context["form"].secret
    client.post("/accounts/2fa/totp/activate/", {"code": code_of(secret)})
    for path in (
        "/accounts/2fa/",
        "/accounts/2fa/recovery-codes/generate/",
        "/accounts/2fa/totp/deactivate/",
        "/accounts/password/change/",
    ):
        assert client.get(path).status_code == 200, path
    client.post("/accounts/2fa/totp/deactivate/")
    assert not Authenticator.objects.filter(user=citizen).exists()


def test_what_protects_the_account_is_changed_only_by_who_just_signed_in(
    client: Client, citizen: User
) -> None:
    sign_in(client, "wang")
    with time_machine.travel(time.time() + 600, tick=True):
        response = client.get("/accounts/2fa/totp/activate/")
        where = response.headers["Location"]
        assert where.startswith("/accounts/reauthenticate/")
        assert client.get(where).status_code == 200
        assert client.post(where, {"password": WRONG}).status_code == 200
        assert client.post(where, {"password": PASSWORD}).status_code == 302
        assert client.get("/accounts/2fa/totp/activate/").status_code == 200


def test_without_the_setting_an_officer_works_with_a_password(
    client: Client, officer: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    relaxed = replace(load_settings({"YITANG_SECRET_KEY": "x" * 40}), second_factor=False)
    monkeypatch.setattr(second_factor, "settings", lambda: relaxed)
    sign_in(client, "chen")
    assert client.get("/halls/").status_code == 200


def test_pages_that_we_do_not_offer_are_not_there(client: Client) -> None:
    for path in ("/accounts/email/", "/accounts/password/reset/", "/accounts/login/code/"):
        assert client.get(path).status_code == 404


def test_a_refusal_names_who_may_in_the_readers_language(officer: User) -> None:
    with pytest.raises(NotAllowed) as refused:
        check_can(officer, "organisations.load")
    assert "done by system administrator" in str(refused.value)
    with override("zh-hans"):
        assert "由系统管理员来办" in translated(refused.value)
