"""The register's pages: listed by right, entered, decided, uploaded with what is wrong marked."""

from __future__ import annotations

import io
from dataclasses import replace

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from openpyxl import load_workbook
from pytest_django import DjangoAssertNumQueries

from yitang.data.catalogue.api import (
    InformationSystem,
    decide_system,
    systems_workbook,
)
from yitang.data.catalogue.tests.factories import AT, PEOPLE, make_dataset, make_system
from yitang.data.collection.tests.factories import make_overlap
from yitang.ground.organisations.api import Organisation, User, system_actor
from yitang.ground.organisations.tests.factories import (
    make_officer,
    make_organisation,
    make_user,
)

pytestmark = pytest.mark.django_db
LIST = "/catalogue/systems/"
GIVEN = {
    "code": "MZ-01", "name": "社会救助系统", "purpose": "受理低保", "network": "extranet",
    "hosting": "own_room", "security_grade": "3", "supplier": "", "start_year": "2019",
    "build_cost": "1200000", "yearly_cost": "98000.50", "note": "",
}  # fmt: skip


@pytest.fixture
def client() -> Client:
    return Client(headers={"accept-language": "en"})


@pytest.fixture
def office() -> Organisation:
    return make_organisation("350102", name="民政局")


@pytest.fixture
def officer(office: Organisation) -> User:
    return make_officer("data_officer", organisation=office)


@pytest.fixture
def head() -> User:
    return make_officer("sharing_head", organisation=make_organisation("350000", duties=("data",)))


def signed_in(client: Client, user: User) -> Client:
    client.force_login(user)
    return client


def test_a_data_officer_enters_and_changes_a_system(
    client: Client, officer: User, office: Organisation
) -> None:
    signed_in(client, officer)
    assert "还没有登记系统" in client.get(LIST, headers={"accept-language": "zh"}).content.decode()
    given = GIVEN | {"owner": office.credit_code}
    wrong = client.post(f"{LIST}new/", given | {"code": "有 空", "start_year": "1066"})
    assert wrong.status_code == 422
    page = wrong.content.decode()
    assert page.count("aria-invalid") == 2
    assert client.post(f"{LIST}new/", given).status_code == 302
    row = InformationSystem.objects.get()
    assert (row.organisation, str(row.yearly_cost)) == (office, "98000.50")
    address = f"{LIST}{row.public_id}/"
    assert client.post(f"{address}amend/", GIVEN | {"network": "internet"}).status_code == 302
    page = client.get(address).content.decode()
    assert "government extranet → internet" in page
    assert "decide/" not in page  # the authority's alone
    assert client.post(f"{address}decide/", {"verb": "connect"}).status_code == 403
    assert client.post(f"{LIST}new/", given).status_code == 409


def test_the_authority_decides_and_is_told_what_is_lacking(
    client: Client, office: Organisation, head: User
) -> None:
    row = make_system("MZ-01", organisation=office)
    other = make_system("MZ-02", organisation=office, name="一体化系统")
    signed_in(client, head)
    address = f"{LIST}{row.public_id}/"
    assert "MZ-02" in client.get(address).content.decode()
    assert client.get(f"{address}amend/").status_code == 403
    for wrong in (
        {"verb": "burn"},
        {"verb": "retire"},
        {"verb": "merge", "successor": ""},
        {"verb": "merge", "successor": "MZ-99"},
        {"verb": "connect", "since": "2126-01-01"},
        {"verb": "connect", "since": "gestern"},
    ):
        said = client.post(f"{address}decide/", wrong)
        assert said.status_code == 422, wrong
    row.refresh_from_db()
    assert row.state == "in_use"
    taken = client.post(f"{address}decide/", {"verb": "merge", "successor": "MZ-02", "note": "整"})
    assert taken.status_code == 302
    row.refresh_from_db()
    assert (row.state, row.successor) == ("merged", other)
    assert "一体化系统" in client.get(address).content.decode()


def test_who_has_no_part_in_it_gets_nothing(client: Client, office: Organisation) -> None:
    row = make_system("MZ-01", organisation=office, name="保密系统名")
    addresses = [
        LIST, f"{LIST}new/", f"{LIST}upload/", f"{LIST}template.xlsx", f"{LIST}export.csv",
        f"{LIST}{row.public_id}/", f"{LIST}{row.public_id}/amend/",
    ]  # fmt: skip
    for user in (make_user(), make_officer("clerk", organisation=office)):
        signed_in(client, user)
        for address in addresses:
            said = client.get(address)
            assert said.status_code in {403, 404}, address
            assert "保密系统名" not in said.content.decode()
    leader = make_officer("leader", organisation=make_organisation("350000"))
    page = signed_in(client, leader).get(LIST).content.decode()
    assert "保密系统名" not in page
    assert "¥150,000" in page
    assert client.get(f"{LIST}export.csv").status_code == 403
    client.logout()
    assert client.get(LIST).status_code in {302, 401, 403}
    assert "/catalogue/systems/" not in client.get("/catalogue/").content.decode()


def test_the_list_is_narrowed_and_written_out(
    client: Client, office: Organisation, head: User
) -> None:
    one = make_system("MZ-01", organisation=office, name="救助系统")
    make_system("ZJ-01", organisation=make_organisation("350200", name="住建局"), name="住房系统")
    decide_system(system=one, verb="retire", actor=system_actor(), at=AT, note="停")
    signed_in(client, head)
    page = client.get(LIST).content.decode()
    assert "救助系统" in page
    assert "住建局" in page
    for query, shown in (
        ("state=retired", "救助系统"), ("state=running", "住房系统"), ("q=救助", "救助系统"),
        (f"organisation={office.public_id}", "救助系统"), ("state=moon", "住房系统"),
        ("organisation=x", "住房系统"),
    ):  # fmt: skip
        found = client.get(f"{LIST}?{query}").content.decode()
        assert shown in found, query
    assert "No system fits this" in client.get(f"{LIST}?q=月球").content.decode()
    said = client.get(f"{LIST}export.csv?state=retired").content.decode("utf-8-sig")
    assert "救助系统" in said
    assert "住房系统" not in said
    book = load_workbook(io.BytesIO(client.get(f"{LIST}export.xlsx").content))
    assert book.worksheets[0].max_row == 3
    assert client.get(f"{LIST}export.pdf").status_code == 404


def test_a_long_list_asks_the_database_no_more(
    client: Client,
    office: Organisation,
    head: User,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    for number in range(30):
        make_system(f"MZ-{number:02}", organisation=office)
    signed_in(client, head)
    client.get(LIST)
    with django_assert_max_num_queries(16):
        assert client.get(LIST).content.decode().count("MZ-") == 20


def test_a_register_is_uploaded_looked_at_and_taken(
    client: Client, officer: User, office: Organisation
) -> None:
    signed_in(client, officer)
    book = load_workbook(io.BytesIO(client.get(f"{LIST}template.xlsx").content))
    sheet = book.worksheets[0]
    sheet.append(["MZ-01", "救助系统", "民政局"])
    sheet.append(["MZ 02", "坏编码", "民政局", "", "月球网"])
    buffer = io.BytesIO()
    book.save(buffer)
    upload = SimpleUploadedFile("清册.xlsx", buffer.getvalue())
    said = client.post(f"{LIST}upload/", {"file": upload})
    assert said.status_code == 302
    page = client.get(said["Location"]).content.decode()
    assert "月球网" in page
    assert not InformationSystem.objects.exists()
    marked = load_workbook(io.BytesIO(client.get(f"{said['Location']}marked.xlsx").content))
    cells = {c.coordinate for row in marked.worksheets[0].iter_rows() for c in row if c.comment}
    assert cells == {"A3", "E3"}
    taken = client.post(f"{said['Location']}take/")
    assert "The good rows are in the register." in taken.content.decode()
    assert list(InformationSystem.objects.values_list("code", flat=True)) == ["MZ-01"]
    stranger = signed_in(Client(), make_officer("data_officer"))
    assert stranger.get(said["Location"]).status_code == 404
    wrong = SimpleUploadedFile("x.csv", b"a,b\n1,2")
    assert client.post(f"{LIST}upload/", {"file": wrong}).status_code == 422
    assert client.post(f"{LIST}upload/", {}).status_code == 422


def test_an_overlap_leads_to_the_systems_that_could_stop(
    client: Client, office: Organisation, head: User
) -> None:
    system = make_system("XS-01", organisation=office, name="学生体检系统")
    items = tuple(replace(item, source_system="XS-01") for item in PEOPLE)
    source = make_dataset("pupils", name="中小学学籍")
    copy = make_dataset("checks", organisation=office, name="学生健康档案", items=items)
    make_dataset("more", organisation=office, name="体检预约", items=items)
    overlap = make_overlap(source, copy)
    signed_in(client, head)
    page = client.get(f"/collection/overlaps/{overlap.public_id}/").content.decode()
    assert "学生体检系统" in page
    assert "体检预约" in page  # comes out of it too
    assert "so they go on" in page
    address = f"{LIST}{system.public_id}/"
    assert f'href="{address}?overlap={overlap.public_id}#decide"' in page
    decision = client.get(f"{address}?overlap={overlap.public_id}").content.decode()
    assert "学生健康档案 is no longer collected; 中小学学籍 is the source" in decision
    assert "no longer collected" not in client.get(f"{address}?overlap=x").content.decode()
    assert "学生体检系统" in client.get("/catalogue/checks/").content.decode()
    alone = make_system("XS-02", organisation=office, name="视力系统")
    only = tuple(replace(item, source_system="XS-02") for item in PEOPLE)
    eyes = make_overlap(source, make_dataset("eyes", organisation=office, items=only))
    page = client.get(f"/collection/overlaps/{eyes.public_id}/").content.decode()
    assert alone.name in page
    assert "1 system serves nothing else and could stop: ¥150,000 a year." in page
    decide_system(system=system, verb="retire", actor=system_actor(), at=AT, note="停")
    page = client.get(f"/collection/overlaps/{overlap.public_id}/").content.decode()
    assert "学生体检系统" not in page


def test_json_lists_enters_changes_decides_and_loads(
    client: Client, officer: User, office: Organisation, head: User
) -> None:
    api = "/api/v1/catalogue/systems"
    signed_in(client, officer)
    body = {
        "code": "MZ-01", "name": "救助系统", "organisation_code": office.credit_code,
        "yearly_cost": "98000.50", "start_year": 2019,
    }  # fmt: skip
    made = client.post(api, body, content_type="application/json")
    assert made.status_code == 200, made.content
    one = f"{api}/{made.json()['public_id']}"
    assert made.json()["history"][0]["verb"] == "register"
    bad = client.post(api, body | {"code": "?"}, content_type="application/json")
    assert (bad.status_code, bad.json()["code"]) == (422, "catalogue.system_invalid")
    put = client.put(one, {"name": "新名", "network": "moon"}, content_type="application/json")
    assert put.status_code == 422
    put = client.put(one, {"name": "新名", "start_year": 2019}, content_type="application/json")
    assert put.json()["yearly_cost"] is None
    move = {"verb": "connect", "note": "已挂接"}
    assert client.post(f"{one}/decisions", move, content_type="application/json").status_code == 403
    signed_in(client, head)
    done = client.post(f"{one}/decisions", move, content_type="application/json")
    assert done.json()["state"] == "connected"
    assert [row["code"] for row in client.get(f"{api}?state=connected").json()["systems"]] == [
        "MZ-01"
    ]
    assert client.get(f"{api}?state=retired").json()["systems"] == []
    sums = client.get(f"{api}/sums").json()
    assert (sums["running"], sums["joined"], sums["unknown_costs"]) == (1, 1, 1)
    assert sums["departments"][0]["organisation"] == "民政局"
    signed_in(client, officer)
    file = SimpleUploadedFile("a.csv", "系统编码,系统名称\nMZ-02,档案\n,无".encode())
    found = client.post(f"{api}/files", {"file": file, "look": "true"}).json()
    assert (found["accepted"], found["rejected"]) == (1, 1)
    assert found["rejected_rows"][0]["faults"][0]["field"] == "code"
    assert InformationSystem.objects.count() == 1
    file = SimpleUploadedFile("a.xlsx", systems_workbook([]))
    assert client.post(f"{api}/files", {"file": file}).status_code == 422
    signed_in(client, make_user())
    assert client.get(api).json()["systems"] == []
    assert client.get(one).status_code == 404
    assert client.get(f"{api}/sums").json()["systems"] == 0
    client.logout()
    assert client.get(api).status_code == 401
