"""The catalogue in the browser and as JSON: what one may see, and nothing personal in clear."""

from __future__ import annotations

import json

import pyarrow as pa
import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from yitang.data.catalogue.api import dataset
from yitang.data.catalogue.rules import ItemSpec
from yitang.data.catalogue.tests.factories import make_dataset
from yitang.data.collection.api import hand_over
from yitang.data.collection.tests.factories import AT, HEADER, make_residents, resident
from yitang.data.exchange.tests.factories import make_grant
from yitang.data.fusion.api import fuse_population
from yitang.data.fusion.tests.factories import ANNA, hand_all
from yitang.ground.ledger.api import entries_of
from yitang.ground.organisations.api import User, system_actor
from yitang.ground.organisations.tests.factories import make_officer, make_organisation

pytestmark = pytest.mark.django_db


def signed_in(client: Client, user: User) -> Client:
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def text_of(client: Client, path: str, status: int = 200, language: str = "en") -> str:
    response = client.get(path, headers={"accept-language": language})
    assert response.status_code == status
    return response.content.decode()


def test_search_in_both_languages(client: Client) -> None:
    owner = make_organisation(name="闽海省公安厅")
    make_dataset("residents", name="常住人口登记", organisation=owner, open=True)
    make_dataset("vehicles", name="机动车登记", organisation=owner)
    page = text_of(client, "/catalogue/")
    assert "常住人口登记" in page
    assert "机动车登记" not in page
    assert "1 dataset you can see" in page
    signed_in(client, make_officer("leader"))
    page = text_of(client, "/catalogue/?q=jidongche", language="zh-hans")
    assert "机动车登记" in page
    assert "常住人口登记" not in page
    assert "有哪些数据，由谁负责？" in page
    assert "有条件共享" in page
    assert "未归集" in page
    assert "No dataset fits" in text_of(client, "/catalogue/?q=nothing&class=3")
    assert text_of(client, "/catalogue/?class=9&owner=x")


def test_a_theme_without_a_name_is_shown_with_its_class(client: Client) -> None:
    make_dataset("residents", classification="101")
    make_dataset("vehicles", classification="303")
    signed_in(client, make_officer("leader"))
    page = text_of(client, "/catalogue/", language="zh-hans")
    assert "部门数据 303" in page


def test_a_long_list_costs_few_queries(
    client: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(12):
        make_dataset(f"d{number}")
    signed_in(client, make_officer("leader"))
    with django_assert_max_num_queries(12):
        client.get("/catalogue/")


def test_a_dataset_shows_terms_items_and_a_sample_when_asked(client: Client) -> None:
    hand_all()
    officer = make_officer("data_officer", organisation=dataset("police").organisation)
    signed_in(client, officer)
    page = text_of(client, "/catalogue/police/")
    assert "姓名" in page
    assert "Hand in a batch" in page
    assert "Nobody uses it yet" in page
    assert "police-000001" in page
    assert "registered" in page
    assert ANNA not in page
    asked = client.post("/catalogue/police/sample/").content.decode()
    assert ANNA not in asked  # the factory marks nothing as sensitive
    assert "3501**********0050" in asked
    assert [one.dataset for one in entries_of(str(officer.public_id))] == ["police"]
    shops = make_dataset("shops", items=(ItemSpec("sign", "招牌"),))
    hand_over(dataset=shops, table=pa.table({"招牌": ["A" * 70]}), actor=system_actor(), at=AT)
    assert "A" * 60 in client.post("/catalogue/shops/sample/").content.decode()
    assert len(entries_of(str(officer.public_id))) == 1  # of nothing that was masked
    make_dataset("sealed", sharing_class=3, legal_basis="统计法第九条", sharing_condition="")
    page = text_of(client, "/catalogue/sealed/")
    assert "统计法第九条" in page
    assert "Hand in a batch" not in page
    text_of(client, "/catalogue/none/", status=404)


def test_a_sample_of_people_is_masked_and_recorded(client: Client) -> None:
    entry = make_residents("masked")
    table = pa.table({label: [value] for label, value in zip(HEADER, resident(1), strict=True)})
    hand_over(dataset=entry, table=table, actor=system_actor(), at=AT)
    leader = make_officer("leader")
    signed_in(client, leader)
    assert "3501**********" not in text_of(client, "/catalogue/masked/")
    head = {"HX-Request": "true", "HX-Target": "sample"}
    part = client.post("/catalogue/masked/sample/", headers=head).content.decode()
    assert part.startswith("<section")
    rows = client.post("/api/v1/collection/datasets/masked/sample").json()
    for said in (part, json.dumps(rows, ensure_ascii=False)):
        assert "3501**********" in said
        assert resident(1)[1] not in said
        assert resident(1)[2] not in said
    assert rows["items"][0] == "record"
    assert [one.dataset for one in entries_of(str(leader.public_id))] == ["masked"] * 2
    signed_in(client, make_officer("handler"))
    assert "Show five rows" not in text_of(client, "/catalogue/masked/")
    assert client.post("/catalogue/masked/sample/").status_code == 403


def test_a_dataset_says_where_it_comes_from_and_where_it_goes(client: Client) -> None:
    hand_all()
    fuse_population(actor=system_actor(), at=AT)
    signed_in(client, make_officer("leader"))
    up = dataset("police").organisation.name
    page = text_of(client, "/catalogue/police/")
    place = page.index('class="lineage"')
    assert page.index(up, place) < page.index("Goes to")
    assert 'href="/catalogue/population/"' in page
    base = text_of(client, "/catalogue/population/")
    assert base.index("fused into it") < base.index('href="/catalogue/police/"')
    for number in range(8):
        reader = make_organisation(name=f"第{number}局")
        make_grant(dataset("police"), organisation=reader, fields=["name"])
    page = text_of(client, "/catalogue/police/")
    place = page.index("Goes to")
    assert "reads it under a grant" in page[place:]
    assert page[place : page.index("Batches")].count("第") == 6
    assert "and 2 more" in page


def test_a_draft_is_published_by_the_sharing_head_alone(client: Client) -> None:
    owner = make_organisation()
    make_dataset("draft", organisation=owner, published=False)
    signed_in(client, make_officer("data_officer", organisation=owner))
    assert "Publish" not in text_of(client, "/catalogue/draft/")
    assert client.post("/catalogue/draft/publish/").status_code == 403
    assert client.get("/catalogue/draft/publish/").status_code == 405
    assert dataset("draft").state == "draft"


def test_the_json_interface_shows_the_same(client: Client) -> None:
    make_dataset("open-one", open=True)
    make_dataset("shared")
    found = client.get("/api/v1/catalogue/datasets").json()
    assert [row["code"] for row in found["datasets"]] == ["open-one"]
    signed_in(client, make_officer("handler"))
    found = client.get("/api/v1/catalogue/datasets?text=czrk").json()
    assert len(found["datasets"]) == 2
    one = client.get("/api/v1/catalogue/datasets/shared").json()
    assert one["items"][1]["rule"] == "identity_number"
    missing = client.get("/api/v1/catalogue/datasets/none")
    assert (missing.status_code, missing.json()["code"]) == (404, "catalogue.dataset_unknown")
