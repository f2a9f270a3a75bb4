from __future__ import annotations

import re

import pytest
from django.test import Client

from yitang.data.exchange.api import (
    SharingRequest,
    keys_of,
    read_record,
    request_for,
    requests_of,
)
from yitang.data.exchange.tests.factories import (
    AT,
    MOTHER,
    PURPOSE,
    brought_to,
    make_births,
    make_grant,
    make_police,
    make_request,
)
from yitang.ground.casework.api import case_timeline
from yitang.ground.organisations.api import User, system_actor
from yitang.ground.organisations.tests.factories import make_officer, make_user

pytestmark = pytest.mark.django_db
ENGLISH = {"accept-language": "en"}


def signed_in(user: User) -> Client:
    client = Client(headers=ENGLISH)
    client.force_login(user)
    return client


def text_of(client: Client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200
    return response.content.decode()


def test_long_lists_of_grants_go_page_by_page() -> None:
    births = make_births()
    for number in range(22):
        make_grant(births, purpose=f"用途{number}号")
    head = signed_in(make_officer("sharing_head", organisation=births.organisation))
    first = text_of(head, "/exchange/")
    assert (first.count("用途"), "用途21号" in first, "用途1号" in first) == (15, True, False)
    address = re.search(r'href="([^"]*cursor=[^"]*)"', first)
    assert address is not None
    second = text_of(head, f"/exchange/{address[1]}")
    assert (second.count("用途"), "用途0号" in second) == (7, True)


def test_a_data_officer_asks_and_the_heads_decide_in_the_browser() -> None:
    births, police = make_births(), make_police()
    officer = signed_in(make_officer("data_officer", organisation=police))
    assert "Ask for data" in text_of(officer, "/exchange/")
    assert "出生" not in text_of(officer, "/exchange/new/?q=zzzz")
    assert births.name in text_of(officer, "/exchange/new/")
    form = {
        "organisation": str(police.public_id), "fields_wanted": ["child_name", "birth_date"],
        "purpose": PURPOSE, "basis": "户口登记条例第七条", "scene": "落户", "scope": "全省",
        "mode": "interface", "valid_to": "2099-12-31", "quota": "10", "once": "1",
    }  # fmt: skip
    missing = officer.post("/exchange/new/births/", form | {"fields_wanted": []})
    assert missing.status_code == 422
    assert officer.post("/exchange/new/births/", form | {"scope": ""}).status_code == 422
    first = officer.post("/exchange/new/births/", form)
    assert officer.post("/exchange/new/births/", form)["Location"] == first["Location"]
    (asked,) = requests_of(system_actor()).rows
    amended = officer.post(f"{first['Location']}amend/", form | {"scope": "闽州市"})
    assert amended.status_code == 302
    assert "闽州市" in text_of(officer, first["Location"])
    head = signed_in(make_officer("sharing_head", organisation=police))
    provider = signed_in(make_officer("sharing_head", organisation=births.organisation))
    for client, verb in ((head, "submit"), (provider, "agree"), (provider, "supply")):
        assert client.post(f"{first['Location']}move/", {"verb": verb}).status_code == 302
    shown = text_of(officer, first["Location"])
    assert "The grant and every use of it" in shown
    assert request_for(system_actor(), asked.public_id).grant.number in text_of(
        officer, "/exchange/"
    )


def test_what_is_missing_and_whose_data_they_are_is_said() -> None:
    draft = make_request(scope="")
    officer = signed_in(make_officer("data_officer", organisation=draft.organisation))
    shown = text_of(officer, f"/exchange/requests/{draft.public_id}/")
    assert "Still missing: the scope of use" in shown
    assert "Requests under way" in text_of(officer, "/exchange/")
    owner = signed_in(make_officer("data_officer", organisation=draft.provider))
    assert "These are your own data" in text_of(owner, "/exchange/new/births/")
    handler = signed_in(make_officer("handler", organisation=draft.provider))
    assert "You cannot ask for data here" in text_of(handler, "/exchange/new/births/")


def test_the_authority_extends_in_the_browser() -> None:
    asked = brought_to("received", make_request())
    address = f"/exchange/requests/{asked.public_id}/"
    authority = signed_in(make_officer("supervisor", organisation=make_police()))
    assert "Consent to the extension" in text_of(authority, address)
    assert authority.post(f"{address}extend/", {"note": "records on paper"}).status_code == 302
    assert "Consent to the extension" not in text_of(authority, address)
    provider = signed_in(make_officer("sharing_head", organisation=asked.provider))
    assert provider.post(f"{address}move/", {"verb": "refuse"}).status_code == 422
    stranger = signed_in(make_officer("data_officer"))
    assert stranger.get(address).status_code == 404


def test_a_replayed_form_of_a_request_acts_once() -> None:
    asked = make_request(scope="")
    address = f"/exchange/requests/{asked.public_id}/"
    officer = signed_in(make_officer("data_officer", organisation=asked.organisation))
    head = signed_in(make_officer("sharing_head", organisation=asked.organisation))
    authority = signed_in(make_officer("supervisor", organisation=make_police()))
    form = {
        "organisation": str(asked.organisation.public_id), "fields_wanted": ["child_name"],
        "purpose": PURPOSE, "basis": "a", "scene": "b", "scope": "闽州市", "mode": "interface",
        "valid_to": "2099-12-31", "quota": "10",
    }  # fmt: skip
    page = f"{address}amend/"
    form["once"] = once_of(officer, page)
    for _ in range(2):
        assert officer.post(page, form)["Location"] == address
    fewer = officer.post(page, form | {"fields_wanted": ["birth_date", "child_name"]})
    assert fewer.status_code == 409  # the same form with other fields is another one
    assert request_for(system_actor(), asked.public_id).fields == ["child_name"]
    sent = {"verb": "submit", "once": once_of(head, address)}
    for _ in range(2):
        assert head.post(f"{address}move/", sent).status_code == 302
    assert head.post(f"{address}move/", {"verb": "submit"}).status_code in {403, 409}
    consent = {"note": "records on paper", "once": f"{once_of(authority, address)}-e"}
    for _ in range(2):
        assert authority.post(f"{address}extend/", consent).status_code == 302
    case = request_for(system_actor(), asked.public_id).case
    assert case is not None
    done = [(event.kind, event.verb) for event in case_timeline(system_actor(), case)]
    assert len(done) == len(set(done)), done


def once_of(client: Client, address: str) -> str:
    """The number of the form a page holds."""
    found = re.search(r'name="once" value="([0-9a-f-]{36})', text_of(client, address))
    assert found
    return found[1]


def test_a_grants_page_lists_its_uses() -> None:
    grant = make_grant()
    read_record(grant=grant, key=MOTHER, matter=None, purpose=PURPOSE, actor=system_actor(), at=AT)
    client = signed_in(make_officer("sharing_head", organisation=grant.organisation))
    shown = text_of(client, f"/exchange/grants/{grant.public_id}/")
    assert "新生儿姓名" in shown
    assert "3 records" in shown
    assert "<b>read</b>" in shown
    assert MOTHER not in shown


def test_citizens_have_no_business_here() -> None:
    assert signed_in(make_user()).get("/exchange/").status_code == 403


def test_the_desk_shows_what_is_asked() -> None:
    asked: SharingRequest = brought_to("received", make_request())
    assert asked.case is not None
    head = signed_in(make_officer("sharing_head", organisation=asked.provider))
    shown = head.get("/desk/").content.decode()
    assert asked.case.number in shown


def test_the_same_over_json() -> None:
    births, police = make_births(), make_police()
    officer = signed_in(make_officer("data_officer", organisation=police))
    body = {
        "dataset": "births", "organisation": str(police.public_id), "purpose": PURPOSE,
        "fields": ["child_name"], "basis": "a", "scene": "b", "scope": "c",
        "valid_to": "2099-12-31",
    }  # fmt: skip
    made = officer.post("/api/v1/exchange/requests", body, content_type="application/json").json()
    assert made["state"] == "drafted"
    address = f"/api/v1/exchange/requests/{made['id']}/moves"
    head = signed_in(make_officer("sharing_head", organisation=police))
    provider = signed_in(make_officer("sharing_head", organisation=births.organisation))
    refused = officer.post(address, {"verb": "submit"}, content_type="application/json")
    assert refused.status_code == 403
    for client, verb in ((head, "submit"), (provider, "agree"), (provider, "supply")):
        moved = client.post(address, {"verb": verb}, content_type="application/json").json()
    assert moved["state"] == "supplied"
    (grant,) = officer.get("/api/v1/exchange/grants").json()["grants"]
    asked = {"key": MOTHER, "purpose": PURPOSE}
    address = f"/api/v1/exchange/grants/{grant['id']}/reads"
    (found,) = officer.post(address, asked, content_type="application/json").json()[:1]
    assert found["values"] == {"child_name": "陈曦"}
    assert found["provenance"]["child_name"]["organisation"] == "闽海省卫生健康委员会"
    other = asked | {"purpose": "curiosity"}
    problem = officer.post(address, other, content_type="application/json").json()
    assert problem["code"] == "exchange.purpose_differs"
    (use, *_) = officer.get(f"/api/v1/exchange/grants/{grant['id']}/uses").json()
    assert use["action"] == "exchange.denied"


KEY, OTHER = "01" * 32, "02" * 32


def test_an_administrator_keeps_the_keys_of_the_office_in_the_browser() -> None:
    police = make_police()
    admin = signed_in(make_officer("system_admin", organisation=police))
    assert "No key yet" in text_of(admin, "/exchange/keys/")
    form = {
        "organisation": str(police.public_id), "label": "Household system", "key": KEY, "once": "1"
    }  # fmt: skip
    wrong = admin.post("/exchange/keys/", form | {"key": "zz", "once": "0"})
    assert wrong.status_code == 422
    assert "This is no Ed25519 public key" in wrong.content.decode()
    for _ in range(2):  # the same form sent twice adds one key
        assert admin.post("/exchange/keys/", form).status_code == 302
    (client,) = keys_of(system_actor())
    assert client.fingerprint in text_of(admin, "/exchange/keys/")
    again = admin.post("/exchange/keys/", form | {"once": "2"})
    assert again.status_code == 409
    assert "was added before" in again.content.decode()
    address = f"/exchange/keys/{client.public_id}/"
    assert admin.post(f"{address}rotate/", {"key": OTHER}).status_code == 302
    newest, old = keys_of(system_actor())
    assert (newest.key, newest.is_active, old.is_active) == (OTHER, True, False)
    address = f"/exchange/keys/{newest.public_id}/revoke/"
    assert admin.post(address, {"reason": ""}).status_code == 422
    assert admin.post(address, {"reason": "stolen"}).status_code == 302
    assert "stolen" in text_of(admin, "/exchange/keys/")
    stranger = signed_in(make_officer("data_officer", organisation=police))
    assert stranger.get("/exchange/keys/").status_code == 403
    assert stranger.post(address, {"reason": "x"}).status_code == 404


def test_keys_over_json() -> None:
    police = make_police()
    admin = signed_in(make_officer("security_admin", organisation=police))
    base, kind = "/api/v1/exchange/keys", "application/json"
    body = {"organisation": str(police.public_id), "key": KEY, "label": "a"}
    made = admin.post(base, body, content_type=kind).json()
    assert (made["label"], made["revoked_at"]) == ("a", None)
    refused = admin.post(base, body, content_type=kind)
    assert refused.headers["Content-Type"] == "application/problem+json"
    assert (refused.status_code, refused.json()["code"]) == (409, "exchange.key_known")
    rotated = admin.post(f"{base}/{made['id']}/rotation", {"key": OTHER}, content_type=kind).json()
    gone = f"{base}/{rotated['id']}/revocation"
    revoked = admin.post(gone, {"reason": "stolen"}, content_type=kind).json()
    assert (revoked["reason"], bool(revoked["revoked_at"])) == ("stolen", True)
    assert [one["reason"] for one in admin.get(base).json()["keys"]] == [
        "stolen",
        "replaced by another",
    ]
    stranger = signed_in(make_officer("data_officer", organisation=police))
    assert stranger.get(base).json() == {"keys": [], "next_cursor": None}
    problem = stranger.post(gone, {"reason": "x"}, content_type=kind).json()
    assert problem["code"] == "exchange.key_unknown"


def test_a_replay_a_wrong_move_and_a_stranger_get_one_sentence_each() -> None:
    asked = brought_to("received", make_request())
    provider = signed_in(make_officer("sharing_head", organisation=asked.provider))
    outside = signed_in(make_officer("sharing_head"))
    page = f"/exchange/requests/{asked.public_id}/move/"
    json = f"/api/v1/exchange/requests/{asked.public_id}/moves"

    def moved(client: Client, verb: str, key: str) -> tuple[int, dict[str, object]]:
        response = client.post(
            json, {"verb": verb}, content_type="application/json",
            headers={"Idempotency-Key": key, "accept-language": "en"},
        )  # fmt: skip
        return response.status_code, response.json()

    assert outside.post(page, {"verb": "agree"}).status_code == 404
    assert moved(outside, "agree", "k0")[1]["code"] == "exchange.request_unknown"
    wrong = provider.post(page, {"verb": "resume"})
    assert wrong.status_code == 409
    assert "cannot resume a case that is received" in wrong.content.decode()
    status, problem = moved(provider, "resume", "k1")
    assert (status, problem["code"]) == (409, "casework.transition_not_allowed")
    first = moved(provider, "agree", "k2")
    assert (first[0], first[1]["state"]) == (200, "agreed")
    assert moved(provider, "agree", "k2") == first  # replayed: carried out once
    status, problem = moved(provider, "supply", "k2")  # the same key for something else
    assert (status, problem["code"]) == (409, "site.key_used_before")
    assert moved(provider, "agree", "k3")[0] == 409
