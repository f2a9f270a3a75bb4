"""An entry written in the browser, on its way to publication and over JSON; the desk shows it."""

from __future__ import annotations

import json
import re

import pytest
from django.test import Client

from yitang.data.catalogue.api import dataset, draft_of, versions_of
from yitang.data.catalogue.tests.factories import make_complete_spec, make_dataset
from yitang.ground.organisations.api import User, system_actor
from yitang.ground.organisations.tests.factories import make_officer, make_organisation

from .test_pages import signed_in, text_of

pytestmark = pytest.mark.django_db

FORM = {
    "name": "出生医学证明", "abstract": "全省出生医学证明签发信息", "classification": "202",
    "format": "database", "format_type": "dm", "update_cycle": "daily", "delivery": "added",
    "subject": "person", "sharing_class": "2", "sharing_condition": "供公安、医保办理新生儿事项",
    "sharing_mode": "platform", "mode_type": "interface", "data_class": "general", "grade": "3",
    "secrecy_risk": "不涉密", "privacy_impact": "按最小范围共享", "rows": "3",
    "item-0-label": "证明编号", "item-0-name": "number", "item-0-type": "C",
    "item-0-length": "10", "item-0-is_key": "1", "item-0-grade": "0", "item-0-sharing_class": "0",
    "item-1-label": "出生日期", "item-1-name": "birth_date", "item-1-type": "D",
    "item-1-grade": "3", "item-1-sharing_class": "3",
}  # fmt: skip


def make_office() -> tuple[User, User, User]:
    """The data officer and the head of a department, and the authority."""
    own, bureau = make_organisation(duties=("births",)), make_organisation(duties=("data",))
    return (
        make_officer("data_officer", organisation=own),
        make_officer("sharing_head", organisation=own),
        make_officer("sharing_head", organisation=bureau),
    )


def test_from_an_empty_form_to_a_published_entry(client: Client) -> None:
    officer, head, authority = make_office()
    owner = versions_owner(officer)
    signed_in(client, officer)
    assert "What data do you hold?" in text_of(client, "/catalogue/new/")
    wrong = client.post("/catalogue/new/", FORM | {"owner": owner, "code": "Births!"})
    assert "请用小写字母、数字和连字符" in wrong.content.decode()
    assert "证明编号" in wrong.content.decode()  # nothing that was written is lost
    made = client.post("/catalogue/new/", FORM | {"owner": owner, "code": "births"})
    assert made.status_code == 302
    page = made.headers["location"]
    assert "写好后" not in text_of(client, page, language="zh-hans")
    once = re.search(r'name="once" value="([0-9a-f-]{36})"', text_of(client, page))
    assert once
    for _ in range(2):  # sent again, the form is carried out once
        moved = client.post(f"{page}move/", {"verb": "propose", "once": once[1]})
        assert moved.headers["location"] == page
    assert text_of(client, page, language="en").count("<time") == 2  # begun, and proposed once
    assert client.post(f"{page}move/", {"verb": "propose"}).status_code in {403, 409}
    for user, verb in ((head, "consent"), (authority, "publish")):
        signed_in(client, user)
        assert f'value="{verb}"' in text_of(client, page)
        assert "出生医学证明" in text_of(client, "/desk/?box=organisation")
        assert client.post(f"{page}move/", {"verb": verb}).status_code == 302
    entry = dataset("births")
    assert (entry.state, entry.resource_code) == ("published", "202/000001")
    items = list(entry.items.all())
    assert [(row.name, row.is_key, row.grade, row.sharing_class) for row in items] == [
        ("number", True, 0, 0), ("birth_date", False, 3, 3),
    ]  # fmt: skip


def versions_owner(user: User) -> str:
    return user.appointments.select_related("organisation").get().organisation.credit_code


def test_a_change_is_shown_field_by_field_and_returned_with_a_reason(client: Client) -> None:
    officer, head, authority = make_office()
    owner = officer.appointments.get().organisation
    spec = make_complete_spec("residents")
    make_dataset("residents", organisation=owner, classification="101", format_type="xlsx",
                 mode_type="file", items=spec.items)  # fmt: skip
    signed_in(client, officer)
    begun = client.post("/catalogue/residents/change/")
    assert "item-0-name" in text_of(client, begun.headers["location"])
    version = draft_of(officer, dataset("residents"))
    assert version is not None
    page = f"/catalogue/versions/{version.public_id}/"
    assert "Before it can be proposed it still needs" in text_of(client, page)
    rows = {
        f"item-{row}-{name}": value
        for row, item in enumerate(spec.items)
        for name, value in {
            "name": item.name, "label": item.label, "type": item.type,
            "length": str(item.length or ""),
        }.items()
    }  # fmt: skip
    form = FORM | rows | {"rows": "5", "classification": "101", "name": "常住人口"}
    assert client.post(f"{page}amend/", form).status_code == 302
    shown = text_of(client, page, language="zh-hans")
    assert "常住人口登记信息" in shown
    assert "改了什么" in shown
    client.post(f"{page}move/", {"verb": "propose"})
    signed_in(client, head)
    client.post(f"{page}move/", {"verb": "consent"})
    signed_in(client, authority)
    assert client.post(f"{page}move/", {"verb": "return"}).status_code == 422
    client.post(f"{page}move/", {"verb": "return", "note": "摘要与数据项不符"})
    signed_in(client, officer)
    assert "摘要与数据项不符" in text_of(client, page)
    assert dataset("residents").name == "常住人口登记信息"
    assert "Versions" in text_of(client, "/catalogue/residents/")
    client.logout()
    assert client.get(page).status_code in {302, 401, 403, 404}


def test_the_same_over_json_with_differences_and_a_feed(client: Client) -> None:
    officer, head, authority = make_office()
    owner = officer.appointments.get().organisation
    entry = {
        "code": "births", "name": "出生医学证明", "abstract": "签发信息", "classification": "202",
        "format_type": "dm", "mode_type": "interface", "sharing_condition": "办理新生儿事项",
        "items": [{"name": "number", "label": "证明编号", "length": 10}],
    }  # fmt: skip
    body = {"organisation": str(owner.public_id), "entry": entry, "secrecy_risk": "无",
            "privacy_impact": "低"}  # fmt: skip

    def post(path: str, content: object, key: str) -> dict[str, object]:
        answer = client.post(
            f"/api/v1/catalogue/{path}", json.dumps(content), content_type="application/json",
            headers={"idempotency-key": key},
        )  # fmt: skip
        return dict(answer.json()) | {"status_code": answer.status_code}

    assert post("drafts", body, "0198c0de-nobodys-key")["status_code"] in {401, 403}
    signed_in(client, officer)
    slip = post("drafts", body | {"entry": entry | {"grad": 3}}, "b")
    assert (slip["status_code"], "grad" in str(slip)) == (422, True)
    made = post("drafts", body, "c")
    assert made["case_state"] == "drafted"
    for user, verb in ((officer, "propose"), (head, "consent"), (authority, "publish")):
        signed_in(client, user)
        made = post(f"versions/{made['id']}/move", {"verb": verb}, verb)
    assert (made["state"], made["number"]) == ("published", 1)
    signed_in(client, officer)
    again = post("drafts", body | {"entry": entry | {"name": "出生证明"}}, "d")
    assert again["differences"] == [
        {"item": "", "field": "name", "before": "出生医学证明", "after": "出生证明"}
    ]
    listed = client.get("/api/v1/catalogue/datasets/births/versions").json()
    assert [row["number"] for row in listed] == [None, 1]
    feed = client.get("/api/v1/catalogue/changes")
    assert [row["kind"] for row in feed.json()["changes"]] == ["published"]
    tag = feed.headers["etag"]
    unchanged = client.get("/api/v1/catalogue/changes", headers={"if-none-match": tag})
    assert unchanged.status_code == 304
    later = client.get(f"/api/v1/catalogue/changes?after={feed.json()['next_after']}").json()
    assert later == {"changes": [], "next_after": 1}
    client.logout()
    assert client.get("/api/v1/catalogue/changes").json()["changes"] == []
    assert len(versions_of(system_actor(), dataset("births"))) == 2
