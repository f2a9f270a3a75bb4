"""A dump in the browser and over JSON: looked at, answered, taken in."""

from __future__ import annotations

import json
from base64 import b64decode
from dataclasses import replace
from io import BytesIO
from typing import Any, Protocol

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from openpyxl import load_workbook

from yitang.data.catalogue.api import imports_of, workbook_of
from yitang.data.catalogue.tests.factories import make_complete_spec
from yitang.ground.organisations.api import User
from yitang.ground.organisations.tests.factories import make_officer, make_organisation

pytestmark = pytest.mark.django_db

ROWS = [
    {
        "标题": name, "部门": "档案馆", "描述": f"{name}，含编号和地址", "更新周期": cycle,
        "开放属性": "无条件开放", "格式": "xls",
    }
    for name, cycle in (("路灯", "每年"), ("井盖", "蓝色"), ("桥梁", "每月"), ("", "每月"))
]  # fmt: skip
CONTENT = json.dumps(ROWS, ensure_ascii=False).encode()


class Answer(Protocol):
    """What the test client answers."""

    status_code: int
    content: bytes

    def json(self) -> Any: ...


def officer() -> User:
    return make_officer("data_officer", organisation=make_organisation(name="石桥市城建档案馆"))


def signed_in(client: Client, user: User) -> Client:
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def upload(client: Client, content: bytes, name: str = "portal.json") -> str:
    file = SimpleUploadedFile(name, content)
    response = client.post("/catalogue/import/", {"file": file})
    assert response.status_code == 302, response.content.decode()
    return response["Location"]


def read(client: Client, path: str, language: str = "en") -> str:
    response = client.get(path, headers={"accept-language": language})
    assert response.status_code == 200
    return response.content.decode()


def test_from_upload_to_result(client: Client) -> None:
    user = officer()
    signed_in(client, user)
    assert "Import a catalogue" in read(client, "/catalogue/")
    place = upload(client, CONTENT)
    page = read(client, place)
    assert "Which organisation is 档案馆?" in page
    assert "its name says so, and its values fit" in page
    chinese = read(client, place, "zh-hans")
    assert "“档案馆”是哪个单位？" in chinese
    assert "字段名如此表明" in chinese
    answers = {
        "key": ["department:档案馆", "cycle:蓝色", "openness"],
        "answer": ["石桥市城建档案馆", "daily", ""],
        "field": ["格式"], "shown": ["format"], "target": [""],
    }  # fmt: skip
    assert client.post(place, answers).status_code == 302
    page = read(client, place)
    assert "Which organisation is" not in page
    assert "somebody said so" in page
    assert "档案馆</th>" in page, "a department written differently is shown"
    taken = client.post(f"{place}take/")
    page = read(client, taken["Location"])
    assert "it has no name" in page
    assert "3 entries are new" in page
    (run,) = imports_of(user)
    assert (run.delivered, run.accepted, run.rejected) == (4, 3, 1)
    listed = read(client, f"{taken['Location']}rejected/")
    assert "it has no name" in listed
    again = client.post(f"{place}take/")
    assert "nothing was changed" in read(client, again["Location"])
    assert "此文件此前已导入" in read(client, again["Location"], "zh-hans")
    assert "portal.json" in read(client, "/catalogue/import/")


@pytest.mark.parametrize(
    ("content", "english", "chinese"),
    [
        (b"%PDF-1.4", "it is a PDF", "这是 PDF"),
        (b'[{"a": ', "it stops being JSON at line 1", "从第 1 行第 8 列起不是合法的 JSON"),
        (b"<html><body></body></html>", "it is a web page", "这是网页"),
        (b"word", "no delimiter was found", "没有找到分隔符"),
    ],
)
def test_what_is_no_catalogue_is_refused_in_both_languages(
    client: Client, content: bytes, english: str, chinese: str
) -> None:
    signed_in(client, officer())
    for language, said in (("en", english), ("zh-hans", chinese)):
        file = SimpleUploadedFile("x", content)
        response = client.post(
            "/catalogue/import/", {"file": file}, headers={"accept-language": language}
        )
        assert response.status_code == 422
        assert said in response.content.decode()


def test_who_edits_nothing_imports_nothing(client: Client) -> None:
    signed_in(client, make_officer("leader"))
    assert client.get("/catalogue/import/").status_code == 403
    assert "Import a catalogue" not in read(client, "/catalogue/")


def test_a_field_that_was_not_recognised_is_chosen_on_the_page(client: Client) -> None:
    signed_in(client, officer())
    place = upload(client, json.dumps([{"x1": 3, "x2": 4}]).encode())
    page = read(client, place)
    assert "No field was recognised for what every record needs" in page
    assert "import/take" not in page
    answers = {"field": ["x1"], "shown": [""], "target": ["name"]}
    client.post(place, answers | {"key": ["organisation"], "answer": ["石桥市城建档案馆"]})
    assert "Take 1 record in" in read(client, place)


def test_the_same_over_json(client: Client) -> None:
    signed_in(client, officer())
    answers = json.dumps({"department": "石桥市城建档案馆"})

    def post(path: str, key: str, **fields: str) -> tuple[int, dict[str, object]]:
        file = SimpleUploadedFile("portal.json", CONTENT)
        response = client.post(
            f"/api/v1/catalogue/imports{path}",
            {"file": file, **fields},
            headers={"idempotency-key": key},
        )
        return response.status_code, response.json()

    status, plan = post("/plans", "k1")
    assert status == 200, plan
    assert plan["accepted"] == 0
    status, done = post("", "k2", answers=answers)
    assert (status, done["accepted"], done["rejected"]) == (200, 3, 1)
    records = client.get(f"/api/v1/catalogue/imports/{done['id']}/records?outcome=rejected").json()
    assert [record["reason"] for record in records] == ["it has no name"]
    again = client.get(f"/api/v1/catalogue/imports/{done['id']}").json()
    assert again["created"] == 3
    status, problem = post("", "k3", answers="[1]")
    assert status == 422
    assert "no JSON object of texts" in str(problem)


def test_a_workbook_moves_on_over_json(client: Client) -> None:
    office = make_organisation("350102", name="石桥市市政管理处", duties=("roads",))
    signed_in(client, make_officer("data_officer", organisation=office))
    template = client.get("/api/v1/catalogue/imports/template.xlsx")
    assert template.content.startswith(b"PK")
    spec = make_complete_spec("street-lamps", name="路灯台账", organisation=office.name)
    good = workbook_of([spec])

    def post(path: str, key: str, content: bytes) -> Answer:
        file = SimpleUploadedFile("目录.xlsx", content)
        address = f"/api/v1/catalogue/imports{path}"
        return client.post(address, {"file": file}, headers={"idempotency-key": key})

    bad = workbook_of([replace(spec, classification="x")])
    (cell,) = post("/plans", "w1", bad).json()["bad_cells"]
    assert (cell["sheet"], cell["row"], cell["column"]) == ("目录", 2, "信息资源分类")
    marked = b64decode(post("/marked", "w2", bad).json()["base64"])
    assert load_workbook(BytesIO(marked))["目录"]["B2"].comment
    refused = post("/marked", "w3", CONTENT)
    assert (refused.status_code, refused.json()["code"]) == (422, "catalogue.no_workbook")
    done = post("", "w4", good).json()
    assert done["next"] == {"propose": 1}

    def move(user: User, **said: str) -> dict[str, object]:
        signed_in(client, user)
        found: dict[str, object] = client.post(
            f"/api/v1/catalogue/imports/{done['id']}/moves",
            json.dumps(said),
            content_type="application/json",
            headers={"idempotency-key": str(user.pk) + said["verb"]},
        ).json()
        return found

    officer = make_officer("data_officer", organisation=office)
    stayed = move(officer, verb="propose")
    assert stayed["moved"] == 0
    assert "secrecy risk" in str(stayed["left"])
    head = make_officer("sharing_head", organisation=office)
    assert move(head, verb="consent")["moved"] == 0
    said = {"secrecy_risk": "不涉密", "privacy_impact": "无"}
    colleague = make_officer("data_officer", organisation=office)
    assert move(colleague, verb="propose", **said)["moved"] == 1
    head = make_officer("sharing_head", organisation=office)
    assert move(head, verb="consent")["moved"] == 1
    own = client.get("/catalogue/import/own.xlsx")
    assert own.status_code == 403, "a head consents, and writes no entries"


def test_a_department_is_proposed_and_decided_over_json(client: Client) -> None:
    officer = make_officer("data_officer", organisation=make_organisation("350102"))

    def post(user: User, path: str, key: str, **said: object) -> Answer:
        signed_in(client, user)
        return client.post(
            f"/api/v1/organisations/proposals{path}", json.dumps(said),
            content_type="application/json", headers={"idempotency-key": key},
        )  # fmt: skip

    row = post(officer, "", "p1", name="河长办", division_code="350102").json()
    other = post(officer, "", "p2", name="不存在的局", division_code="350102").json()
    place = f"/{row['public_id']}/decision"
    assert post(officer, place, "p3", confirm=True).status_code == 403
    administrator = make_officer("system_admin")
    assert post(administrator, place, "p4", confirm=True).json()["credit_code"].startswith("Y")
    note = {"confirm": False, "note": "已并入"}
    refused = post(administrator, f"/{other['public_id']}/decision", "p5", **note).json()
    assert (refused["state"], refused["note"]) == ("refused", "已并入")
    signed_in(client, officer)
    listed = client.get("/api/v1/organisations/proposals?state=confirmed").json()
    assert [one["name"] for one in listed] == ["河长办"]
    assert client.get("/catalogue/departments/").status_code == 200
    signed_in(client, make_officer("clerk"))
    assert client.get("/catalogue/departments/").status_code == 403
