"""Each address × each input that no address can serve: refused in one sentence, never a 500."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client

from tests.bad_input.addresses import (
    filled,
    has_parameter,
    is_json,
    names_read_by_pages,
    routes,
)
from tests.bad_input.sentences import check_refusal, fault_of
from yitang.ground.organisations.api import User
from yitang.ground.organisations.tests.factories import make_officer, make_user
from yitang.site.endpoints.api import api

pytestmark = [pytest.mark.django_db, pytest.mark.doors]

LANGUAGES = {"zh": {"Accept-Language": "zh-CN"}, "en": {"Accept-Language": "en"}}
# What the database answers does not hang on the language, nor on a text that it never sees.
MORE = (pytest.mark.once, pytest.mark.thorough)


def more(*texts: str) -> list[Any]:
    """Further cases of a kind."""
    return [pytest.param(text, marks=MORE) for text in texts]


EACH_LANGUAGE = ["zh", pytest.param("en", marks=MORE)]
ROLES = ("citizen", "data_officer", "leader")
DONE = {200, 302}  # what an address without an id may answer
NO_IDS = ("a%00b", "9" * 40, *more("%ED%A0%80", ".."))
# [null,null], [{},{}], ["a"]
CURSORS = ("W251bGwsbnVsbF0", *more("W3t9LHt9XQ", "WyJhIl0", "9" * 40))
WORDS = ("9" * 40, *more("2026-02-30", "x" * 5000))
NO_JSON = ("", "[" * 3000, *more("{", "[]", "null", '"x"', '{"a": "\\u0000"}', '{"a": "\\ud800"}'))


@pytest.fixture
def people() -> dict[str, User | None]:
    """A visitor, a citizen and officers of different offices."""
    officers = {role: make_officer(role) for role in ROLES[1:]}
    return {"nobody": None, "citizen": make_user("citizen"), **officers}


def told(answer: Any, where: str, language: str = "zh") -> list[str]:
    """What is wrong with a refusal, and where; nothing if nothing is."""
    fault = fault_of(answer, language=language)
    return [f"{where}: {fault}"] if fault else []


def visitor(user: User | None) -> Client:
    client = Client()
    if user is not None:
        client.force_login(user)
    return client


@pytest.mark.thorough
@pytest.mark.parametrize("language", EACH_LANGUAGE)
def test_an_id_that_nothing_has_is_refused_in_words(
    people: dict[str, User | None], language: str
) -> None:
    faults: list[str] = []
    addresses = [route for route in routes() if has_parameter(route)]
    assert len(addresses) > 80
    # A sentence is the same whoever reads it; that it is one at all is asked for everybody.
    for who in people if language == "zh" else ("nobody", "leader"):
        client = visitor(people[who])
        for route in addresses:
            for method in ("get", "post"):
                where = f"{who} {method} {route}"
                answer: Any = getattr(client, method)(filled(route), headers=LANGUAGES[language])
                if answer.status_code == 302:
                    assert answer["Location"].startswith("/accounts/login/"), where
                    continue
                faults += told(answer, where, language)
    assert faults == []


@pytest.mark.parametrize("text", NO_IDS)
def test_a_text_that_is_no_id_is_refused_in_words(
    people: dict[str, User | None], text: str
) -> None:
    faults: list[str] = []
    for route in routes():
        if re.search(r"<(str:)?\w+>", route):
            for who in ("nobody", "leader"):
                answer = visitor(people[who]).get(
                    filled(route, str=text, slug=text), headers=LANGUAGES["zh"]
                )
                faults += told(answer, f"{who} {route} {text}")
    assert faults == []


@pytest.mark.parametrize("language", EACH_LANGUAGE)
def test_a_method_that_no_address_takes_says_which_it_takes(
    people: dict[str, User | None], language: str
) -> None:
    faults: list[str] = []
    client = visitor(people["leader"])
    for route in routes():
        answer = client.generic("DELETE", filled(route), headers=LANGUAGES[language])
        if answer.status_code == 200:  # this one is taken: it signs out
            client = visitor(people["leader"])
            continue
        faults += told(answer, f"DELETE {route}", language)
        assert answer.status_code != 405 or answer["Allow"], route
    assert faults == []


@pytest.mark.parametrize("body", NO_JSON)
def test_a_body_that_is_no_json_of_ours_is_refused(
    people: dict[str, User | None], body: str
) -> None:
    faults: list[str] = []
    for who in ("nobody", "data_officer"):
        client = visitor(people[who])
        for path, methods in api.get_openapi_schema()["paths"].items():
            if "application/json" not in str(methods.get("post", {}).get("requestBody", "")):
                continue
            address = filled(path[1:].replace("{", "<").replace("}", ">"))
            answer = client.post(
                address, body, content_type="application/json", headers=LANGUAGES["zh"]
            )
            faults += told(answer, f"{who} POST {path} {body[:20]}")
    assert faults == []


@pytest.mark.parametrize("text", WORDS)
def test_a_page_reads_any_query_or_says_what_is_wrong(
    people: dict[str, User | None], text: str
) -> None:
    names = names_read_by_pages()
    assert len(names) > 20
    assert faults_of_pages(people, dict.fromkeys(names, text)) == []


@pytest.mark.parametrize("text", CURSORS)
def test_a_page_reads_any_cursor_or_says_what_is_wrong(
    people: dict[str, User | None], text: str
) -> None:
    assert faults_of_pages(people, {"cursor": text}) == []


def faults_of_pages(people: dict[str, User | None], query: dict[str, str]) -> list[str]:
    faults: list[str] = []
    for who in ("data_officer", "leader"):
        client = visitor(people[who])
        for route in routes():
            if has_parameter(route) or is_json(route):
                continue
            answer = client.get(filled(route), query, headers=LANGUAGES["zh"])
            if answer.status_code not in DONE:
                faults += told(answer, f"{who} {route}")
    return faults


def test_a_number_a_date_or_a_choice_that_is_none_is_named(
    people: dict[str, User | None],
) -> None:
    faults: list[str] = []
    client, asked = visitor(people["leader"]), 0
    for path, methods in api.get_openapi_schema()["paths"].items():
        for parameter in methods.get("get", {}).get("parameters", []):
            if parameter["in"] != "query" or is_free(parameter["schema"]):
                continue
            asked += 1
            address = filled(path[1:].replace("{", "<").replace("}", ">"))
            answer = client.get(address, {parameter["name"]: "2026-02-30"}, headers=LANGUAGES["zh"])
            faults += told(answer, f"{path} {parameter['name']}")
            if answer.status_code == 422:
                assert parameter["name"] in answer.json()["detail"], path
    assert asked > 10
    assert faults == []


def is_free(schema: dict[str, Any]) -> bool:
    """Whether any text may stand there."""
    kinds = [schema, *schema.get("anyOf", [])]
    return any(kind.get("type") == "string" and "format" not in kind for kind in kinds)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_body_beyond_the_limit_is_refused_before_it_is_read(language: str) -> None:
    large = "a" * (21 * 2**20)
    client = visitor(make_user("citizen"))
    told = client.post(
        "/api/v1/appeals",
        f'{{"text": "{large}"}}',
        content_type="application/json",
        headers=LANGUAGES[language],
    )
    check_refusal(told, language=language)
    assert (told.status_code, told.json()["code"]) == (413, "plumbing.request_too_large")
    page = client.post("/hotline/file/", {"text": large}, headers=LANGUAGES[language])
    check_refusal(page, language=language)
    assert page.status_code == 413
    fields = dict.fromkeys(map(str, range(1500)), "a")
    many = client.post("/hotline/file/", fields, headers=LANGUAGES[language])
    assert many.status_code == 413
    assert "1000" in many.content.decode()


@pytest.mark.parametrize("language", LANGUAGES)
def test_without_a_session_each_door_asks_to_sign_in(language: str) -> None:
    client = Client()
    for address in ("/api/v1/cases", "/api/v1/exchange/grants", "/desk/", "/hotline/queue/"):
        answer = client.get(address, headers=LANGUAGES[language])
        assert answer.status_code == 401, address
        check_refusal(answer, language=language)


def test_a_program_that_names_no_language_is_told_as_the_reference_says() -> None:
    told = Client().get("/api/v1/cases").json()
    assert told["detail"] == "Sign in first: this is not open to everyone."
    assert "登录" in Client(headers=LANGUAGES["zh"]).get("/api/v1/cases").json()["detail"]


def test_an_address_outside_of_the_interface_is_a_problem_too() -> None:
    told = Client().get("/api/v1/nowhere")
    assert (told.status_code, told.json()["code"]) == (404, "plumbing.address_unknown")
