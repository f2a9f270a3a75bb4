"""A program begins by JSON alone: a token, a sign-in with the second factor, an end."""

from __future__ import annotations

from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from django.test import Client

from yitang.ground.organisations.api import User
from yitang.ground.organisations.tests.factories import make_user
from yitang.site.endpoints.api import api

pytestmark = [pytest.mark.django_db, pytest.mark.once]
PASSWORD = "a long enough sentence"  # noqa: S105  (opens nothing)
WRONG = "another sentence"
HERE = "/api/v1/session"


@pytest.fixture
def user() -> User:
    return make_user("wang", password=PASSWORD)


def sent(client: Client, token: str, **given: str) -> tuple[int, dict[str, Any]]:
    response = client.post(HERE, given, "application/json", headers={"X-CSRFToken": token})
    return response.status_code, response.json()


def test_a_program_signs_in_reads_what_is_its_own_and_signs_out(user: User) -> None:
    client = Client(enforce_csrf_checks=True)
    assert client.get("/api/v1/cases").status_code == 401
    refused = client.post("/api/v1/services/items/N1/applications")
    assert (refused.status_code, refused.json()["code"]) == (401, "organisations.sign_in_needed")
    assert sent(client, "", username="wang", password=PASSWORD)[1]["code"] == "site.token_missing"
    begun = client.get(HERE).json()
    assert begun["username"] is None
    wrong = sent(client, begun["csrf_token"], username="wang", password=WRONG)
    assert (wrong[0], wrong[1]["code"]) == (403, "site.sign_in_refused")
    status, signed = sent(client, begun["csrf_token"], username="wang", password=PASSWORD)
    assert (status, signed["username"]) == (200, "wang")
    assert client.get("/api/v1/cases").status_code == 200
    # With the old token nothing is posted; with the new one it reaches the work.
    address = "/api/v1/services/items/none/applications"
    stale = client.post(address, headers={"X-CSRFToken": "x" * 32})
    assert stale.json()["code"] == "site.token_missing"
    assert client.post(address, headers={"X-CSRFToken": signed["csrf_token"]}).status_code == 404
    gone = client.delete(HERE, headers={"X-CSRFToken": signed["csrf_token"]})
    assert gone.json()["username"] is None
    assert client.get("/api/v1/cases").status_code == 401


def test_the_second_factor_is_asked_for_and_five_wrong_passwords_let_the_account_rest(
    user: User, rf: Any
) -> None:
    codes = RecoveryCodes.activate(user).get_unused_codes()
    client = Client()
    assert sent(client, "", username="wang", password=PASSWORD)[1]["code"] == "site.code_needed"
    bad = sent(client, "", username="wang", password=PASSWORD, code="000000")
    assert bad[1]["code"] == "site.sign_in_refused"
    assert client.get(HERE).json()["username"] is None
    good = sent(client, "", username="wang", password=PASSWORD, code=codes[0])
    assert good[1]["username"] == "wang"
    again = sent(Client(), "", username="wang", password=PASSWORD, code=codes[0])
    assert again[1]["code"] == "site.sign_in_refused"  # each code once
    assert Authenticator.objects.filter(user=user).count() == 1
    for _ in range(5):
        sent(Client(), "", username="wang", password=WRONG)
    status, told = sent(Client(), "", username="wang", password=PASSWORD, code=codes[1])
    assert (status, told["code"]) == (429, "site.too_many_tries")


def test_the_description_names_refusals_keys_and_tokens() -> None:
    paths = api.get_openapi_schema()["paths"]
    filed = paths["/api/v1/appeals"]["post"]
    assert "application/problem+json" in filed["responses"]["default"]["content"]
    assert [one["name"] for one in filed["parameters"]] == ["Idempotency-Key"]
    sent = paths["/api/v1/services/applications/{application_id}/submit"]["post"]
    assert {"Idempotency-Key", "X-CSRFToken"} < {one["name"] for one in sent["parameters"]}
