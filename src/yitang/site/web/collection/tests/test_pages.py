"""Hand data in by browser and by JSON: counts that add up, bad cells said, others kept out."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from openpyxl import load_workbook

from yitang.data.catalogue.api import Dataset, items_of
from yitang.data.collection.api import Batch, gather_file, register_source
from yitang.data.collection.tests.factories import (
    AT,
    HEADER,
    make_identity_number,
    make_residents,
    resident,
    write_csv,
    write_workbook,
)
from yitang.ground.organisations.api import User
from yitang.ground.organisations.tests.factories import make_division, make_officer, make_user

pytestmark = pytest.mark.django_db
TOKEN = "s3cret-" + "token"


@pytest.fixture
def residents() -> Dataset:
    make_division("350102")
    return make_residents("residents")


def signed_in(client: Client, user: User) -> Client:
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def workbook(folder: Path) -> bytes:
    wrong = resident(2, identity_number=make_identity_number(2)[:17] + "#", division_code="1")
    good = [resident(number) for number in (1, 3, 4, 5)]
    rows = [list[object](row) for row in [["某县登记表"], HEADER, *good, wrong]]
    return write_workbook(folder / "own.xlsx", {"登记表": rows}).read_bytes()


def dropped(client: Client, content: bytes, name: str = "own.xlsx") -> str:
    response = client.post("/collection/", {"file": SimpleUploadedFile(name, content)})
    assert response.status_code == 302
    return str(response["Location"])


def text_of(client: Client, path: str, language: str = "en") -> str:
    response = client.get(path, headers={"accept-language": language})
    assert response.status_code == 200
    return response.content.decode()


def test_drop_in_your_own_excel_and_get_it_back_marked(
    client: Client, residents: Dataset, tmp_path: Path
) -> None:
    signed_in(client, make_officer("clerk"))
    address = dropped(client, workbook(tmp_path))
    page = text_of(client, address, "zh-hans")
    assert "收下 4 + 退回 1 = 交来 5" in page
    assert "身份号码校验位不对" in page or "身份号码" in page
    assert "没有这个行政区划代码" in page
    assert "3501**********" in page
    assert resident(1)[1] not in page
    assert "Hand it in for a dataset of yours" not in text_of(client, address)
    response = client.get(f"{address}marked.xlsx", headers={"accept-language": "zh-hans"})
    assert "own-%E5%B7%B2%E6%A0%87%E6%B3%A8.xlsx" in response["Content-Disposition"]
    sheet = load_workbook(io.BytesIO(response.content))["登记表"]
    assert "没有这个行政区划代码" in sheet["E7"].comment.text
    assert sheet["E6"].comment is None


def test_the_departments_officer_hands_the_file_in_and_gets_a_receipt(
    client: Client, residents: Dataset, tmp_path: Path
) -> None:
    officer = make_officer("data_officer", organisation=residents.organisation)
    signed_in(client, officer)
    assert residents.name in text_of(client, "/collection/?dataset=residents")
    address = dropped(client, workbook(tmp_path))
    assert "Hand in as" in text_of(client, address)
    for said in ("4 accepted + 1 sent back = 5 delivered", "This was handed in before"):
        response = client.post(f"{address}hand-in/", {"dataset": "residents"})
        assert response.status_code == 302
        page = text_of(client, response["Location"])
        assert said in page
    number = response["Location"].split("/")[3]
    marked = client.get(f"{address}marked.xlsx?batch={number}")
    assert load_workbook(io.BytesIO(marked.content))["登记表"]["B7"].comment is not None
    rows = client.get(f"/collection/receipts/{number}/rejected.xlsx")
    assert load_workbook(io.BytesIO(rows.content)).worksheets[0].max_row == 2
    mended = load_workbook(io.BytesIO(rows.content))
    sheet = mended.worksheets[0]
    titles = {sheet.cell(1, at).value: at for at in range(1, sheet.max_column + 1)}
    sheet.cell(2, titles["公民身份号码"]).value = resident(2)[1]
    sheet.cell(2, titles["行政区划代码"]).value = "350102"
    mended.save(tmp_path / "mended.xlsx")
    again = dropped(client, (tmp_path / "mended.xlsx").read_bytes(), "mended.xlsx")
    later = client.post(f"{again}hand-in/", {"dataset": "residents"})["Location"]
    assert "原批次" in text_of(client, later, "zh-hans")
    page = text_of(client, f"/collection/receipts/{number}/", "zh-hans")
    assert "退回 1 行" in page
    assert "其中 1 行后来收下" in page
    assert "还有 0 行待改" in page
    said = client.get(f"/api/v1/collection/batches/{number}/mending").json()
    assert (said["rejected"], said["open"], said["taken"][0]["rows"]) == (1, 0, 1)
    assert number in text_of(client, "/collection/")
    assert number in text_of(client, "/catalogue/residents/")


def test_a_marked_workbook_handed_in_again_leads_to_the_batch_that_sent_it_back(
    client: Client, residents: Dataset, tmp_path: Path
) -> None:
    signed_in(client, make_officer("data_officer", organisation=residents.organisation))
    address = dropped(client, workbook(tmp_path))
    number = client.post(f"{address}hand-in/", {"dataset": "residents"})["Location"].split("/")[3]
    marked = client.get(f"{address}marked.xlsx?batch={number}", headers={"accept-language": "zh"})
    book = load_workbook(io.BytesIO(marked.content))
    sheet = book["登记表"]
    assert (sheet["F2"].value, sheet["F7"].value) == (f"行号 {number} whole", "7")
    sheet["B7"], sheet["E7"] = resident(2)[1], "350102"
    book.save(tmp_path / "whole.xlsx")
    again = dropped(client, (tmp_path / "whole.xlsx").read_bytes(), "whole.xlsx")
    later = client.post(f"{again}hand-in/", {"dataset": "residents"})["Location"]
    assert "其中 1 行此前被退回" in text_of(client, later, "zh-hans")
    assert "1 row here was sent back before" in text_of(client, later)
    page = text_of(client, f"/collection/receipts/{number}/")
    assert "1 of them taken later" in page
    taken = later.split("/")[3]
    said = client.get(f"/api/v1/collection/batches/{taken}/mending").json()
    assert said["holds"] == [{"batch": number, "rows": 1}]


def test_a_file_that_leaves_few_rows_is_confirmed_once_more(
    client: Client, residents: Dataset, tmp_path: Path
) -> None:
    officer = make_officer("data_officer", organisation=residents.organisation)
    signed_in(client, officer)
    path = write_csv(tmp_path / "a.csv", [resident(number) for number in range(10)])
    gather_file(dataset=residents, path=path, actor=officer, at=AT)
    few = write_csv(tmp_path / "b.csv", [resident(3), resident(4)])
    address = dropped(client, few.read_bytes(), "b.csv")
    page = text_of(client, address, "zh-hans")
    assert "现有 10 行，收下 2 行，将全部替换。" in page
    assert 'name="fewer"' in page
    refused = client.post(f"{address}hand-in/", {"dataset": "residents"})
    assert refused.status_code == 422
    with few.open("rb") as file:
        said = client.post("/api/v1/collection/datasets/residents/batches", {"file": file})
    assert (said.status_code, said.json()["code"]) == (422, "collection.fewer_rows")
    given = client.post(f"{address}hand-in/", {"dataset": "residents", "fewer": "yes"})
    assert "用收下的 2 行替换了原有的 10 行。" in text_of(client, given["Location"], "zh-hans")
    one = write_csv(tmp_path / "c.csv", [resident(5)])
    with one.open("rb") as file:
        said = client.post(
            "/api/v1/collection/datasets/residents/batches", {"file": file, "fewer": "true"}
        )
    assert (said.status_code, said.json()["replaced"]) == (200, 2)


def test_the_preview_masks_what_is_personal_in_columns_nobody_knows(
    client: Client, tmp_path: Path
) -> None:
    signed_in(client, make_officer("clerk"))
    header = ["基本信息 监护人身份证号", "联系方式", "银行卡号", "申请人", "备注"]
    number = make_identity_number(2)
    wrong = "350102199003078519"  # its check digit
    row = [wrong, "13800138000", "6222021234567890", "买买提·吐尔逊", f"身份证{number}"]
    content = write_csv(tmp_path / "a.csv", [row, row], header=header).read_bytes()
    page = text_of(client, dropped(client, content, "a.csv"))
    for value in (row[0], number, *row[1:4]):
        assert value not in page
    assert "138****8000" in page


def test_a_comparison_by_key_is_shown_or_said_to_be_unknown(
    client: Client, residents: Dataset, tmp_path: Path
) -> None:
    signed_in(client, make_officer("data_officer", organisation=residents.organisation))
    receipt = gather_file(
        dataset=residents, path=write_csv(tmp_path / "a.csv", [resident(1)]),
        actor=make_officer("data_officer", organisation=residents.organisation), at=AT, by_key=True,
    )  # fmt: skip
    address = f"/collection/receipts/{receipt.number}/"
    page, unknown = text_of(client, address), "is not known any more"
    assert "Compared by key" in page
    assert unknown not in page
    Batch.objects.filter(number=receipt.number).update(changes={"unreadable": 0})
    page = text_of(client, address)
    assert unknown in page
    assert "Unchanged" not in page


def test_another_departments_officer_is_kept_out(
    client: Client, residents: Dataset, tmp_path: Path
) -> None:
    signed_in(client, make_officer("data_officer"))
    address = dropped(client, workbook(tmp_path))
    assert client.post(f"{address}hand-in/", {"dataset": "residents"}).status_code == 403
    signed_in(client, make_officer("clerk"))
    assert client.get(address).status_code == 404
    assert client.get(f"{address}marked.xlsx").status_code == 404
    assert client.get("/collection/receipts/residents-000001-abcdef/").status_code == 404
    signed_in(client, make_user())
    assert client.get("/collection/").status_code == 403


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.csv", "Имя,Город\nИван,Тверь\n".encode("koi8-r"), "neither UTF-8 nor GBK"),
        ("a.xlsx", b"PK\x03\x04 torn", "damaged or incomplete"),
        ("a.csv", "姓名,出生日期\n".encode("gbk"), "no rows under them"),
        ("a.csv", b"%PDF-1.4", "PDF"),
    ],
)
def test_a_file_that_cannot_be_read_gets_one_sentence(
    client: Client, name: str, content: bytes, said: str
) -> None:
    signed_in(client, make_officer("clerk"))
    response = client.post(
        "/collection/",
        {"file": SimpleUploadedFile(name, content)},
        headers={"accept-language": "en"},
    )
    assert response.status_code == 422
    assert said in response.content.decode()


def test_no_file_is_said_beside_the_field(client: Client) -> None:
    signed_in(client, make_officer("clerk"))
    response = client.post("/collection/", {}, headers={"accept-language": "zh-hans"})
    assert response.status_code == 422
    assert "请填写" in response.content.decode()


def test_a_batch_over_json_is_answered_with_a_receipt_once(
    client: Client, residents: Dataset, tmp_path: Path
) -> None:
    officer = make_officer("data_officer", organisation=residents.organisation)
    signed_in(client, officer)
    content = write_csv(
        tmp_path / "a.csv", [resident(1), resident(2, name="")], encoding="gbk"
    ).read_bytes()

    def hand_in(key: str) -> dict[str, object]:
        response = client.post(
            "/api/v1/collection/datasets/residents/batches",
            {"file": SimpleUploadedFile("a.csv", content), "batch": "2026-11"},
            headers={"idempotency-key": key},
        )
        assert response.status_code == 200, response.content
        answer: dict[str, object] = response.json()
        return answer

    first, again = hand_in("one"), hand_in("two")
    assert (first["delivered"], first["accepted"], first["rejected"]) == (2, 1, 1)
    assert (first["repeated"], again["repeated"]) == (False, True)
    listed = client.get("/api/v1/collection/batches?dataset=residents").json()
    assert [row["number"] for row in listed["receipts"]] == [first["number"]]
    one = client.get(f"/api/v1/collection/batches/{first['number']}").json()
    assert one["signature"] == first["signature"]
    signed_in(client, make_officer("data_officer"))
    refused = client.post(
        "/api/v1/collection/datasets/residents/batches",
        {"file": SimpleUploadedFile("a.csv", content)},
    )
    assert refused.status_code == 403


def test_the_template_the_sources_and_what_changed_have_pages_and_endpoints(
    client: Client, residents: Dataset, tmp_path: Path
) -> None:
    officer = make_officer("data_officer", organisation=residents.organisation)
    signed_in(client, officer)
    for number, row in enumerate((resident(1), resident(1, name="李四"))):
        path = write_csv(tmp_path / f"{number}.csv", [row, resident(2 + number)])
        given = gather_file(dataset=residents, path=path, actor=officer, at=AT)
        receipt = text_of(client, f"/collection/receipts/{given.number}/")
        assert ("This is the first delivery" in receipt) == (number == 0)
        assert ("What changed" in receipt) == (number == 1)
    assert "Version 0 beside version 1" in text_of(
        client, "/collection/compare/residents/?version=1"
    )
    page = text_of(client, "/collection/compare/residents/")
    assert "What changed in" in page
    assert "姓名" in page
    assert "李四" not in page  # names are sensitive, so only counts are shown
    assert "the key or the changed items are personal" in page
    entry = "/catalogue/residents/"
    assert "/collection/compare/residents/" in client.get(entry).content.decode()
    key = next(item for item in items_of(residents) if item.is_key)
    key.is_key = False  # as in a list nobody described that far
    key.save()
    for address in (entry, f"/collection/receipts/{given.number}/"):
        said = text_of(client, address)
        assert "No data item is marked as the key" in said
        assert "/collection/compare/residents/" not in said
    key.is_key = True
    key.save()
    found = client.get("/api/v1/collection/datasets/residents/comparison").json()
    assert (found["new"], found["gone"], found["changed"]) == (1, 1, {"name": 1})
    for address in (
        "/collection/templates/residents.xlsx",
        "/api/v1/collection/datasets/residents/template",
    ):
        workbook = load_workbook(io.BytesIO(client.get(address).content))
        assert [cell.value for cell in workbook.worksheets[0][1]] == HEADER
    place = "postgresql://1.1.1.1/name"
    register_source(dataset=residents, kind="database", location=place, table="t", actor=officer,
                    at=AT, secret=TOKEN)  # fmt: skip
    for address in ("/collection/sources/", "/api/v1/collection/sources"):
        said = client.get(address).content.decode()
        assert place in said
        assert TOKEN not in said
    signed_in(client, make_officer("data_officer"))
    assert place not in client.get("/collection/sources/").content.decode()
    assert client.get("/collection/compare/residents/").status_code == 403
