"""The catalogue for machines of others: DCAT-AP by its released shapes, CKAN's own client."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import feedparser
import pytest
from ckanapi import NotFound, RemoteCKAN
from django.test import Client
from pyshacl import validate
from pytest_django.live_server_helper import LiveServer
from rdflib import Graph, URIRef
from rdflib.namespace import DCAT, DCTERMS, RDF, SH

from yitang.data.catalogue.api import note_gathered, retire_dataset
from yitang.data.catalogue.tests.factories import AT, make_complete_spec, make_dataset
from yitang.ground.organisations.api import system_actor
from yitang.ground.organisations.tests.factories import make_organisation
from yitang.site.endpoints import atom, dcat

ROOT = Path(__file__).parents[5]
SHAPES = ROOT / "tests/fixtures/dcat-ap-3.0.1/dcat-ap-SHACL.ttl"
OPEN: dict[str, Any] = {"open": True, "opening_condition": "注明来源", "classification": "202"}

pytestmark = pytest.mark.django_db


def make_open_ones() -> None:
    owner = make_organisation(name="闽海省卫生健康委员会")
    items = make_complete_spec().items
    make_dataset(
        "births",
        name="出生医学证明",
        organisation=owner,
        items=items,
        format_type="xlsx",
        mode_type="file",
        related_codes=("101/000001",),
        **OPEN,
    )
    make_dataset(
        "clinics",
        name="医疗机构名录",
        organisation=owner,
        format="interface",
        update_cycle="ten_days",
        **OPEN,
    )
    make_dataset("schools", name="学校名录", abstract="", open=True, classification="3")
    make_dataset("sealed", name="不公开")
    note_gathered(code="births", batch="b", rows=12, quality=1.0, at=AT + timedelta(days=1))


def released_shapes() -> Graph:
    """The shapes as released, without the two properties they name but do not define."""
    shapes = Graph().parse(SHAPES)
    undefined = [
        (shape, named)
        for shape, named in shapes.subject_objects(SH.property)
        if (named, None, None) not in shapes
    ]
    assert len(undefined) == 2
    for shape, named in undefined:
        shapes.remove((shape, SH.property, named))
    return shapes


def graph_of(client: Client, path: str, form: str = "turtle") -> Graph:
    response = client.get(path)
    assert response.status_code == 200
    return Graph().parse(data=response.content, format=form)


@pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated")  # rdflib's own reader
def test_what_is_written_conforms_to_the_released_shapes(client: Client) -> None:
    make_open_ones()
    graph = graph_of(client, "/catalogue.ttl")
    assert len(set(graph.subjects(RDF.type, DCAT.Dataset))) == 3
    shapes = released_shapes()
    conforms, _, report = validate(graph, shacl_graph=shapes, advanced=True)
    assert conforms, report
    births = URIRef("http://testserver/catalogue/births/#dataset")
    graph.remove((births, DCTERMS.title, None))
    assert not validate(graph, shacl_graph=shapes, advanced=True)[0]
    again = graph_of(client, "/catalogue.jsonld", "json-ld")
    assert len(again) == len(graph) + 1
    single = graph_of(client, "/catalogue/clinics.ttl")
    assert len(set(single.subjects(RDF.type, DCAT.DataService))) == 1
    assert client.get("/catalogue/sealed.ttl").status_code == 404


def test_large_catalogues_come_in_pages_and_machines_are_sent_to_them(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dcat, "PAGE", 2)
    make_open_ones()
    found, address = set[str](), "/catalogue.ttl"
    while address:
        graph = graph_of(client, address)
        found |= {str(node) for node in graph.subjects(RDF.type, DCAT.Dataset)}
        following = list(graph.objects(None, URIRef("http://www.w3.org/ns/hydra/core#next")))
        address = str(following[0]) if following else ""
    assert len(found) == 3
    tag = client.get("/catalogue/births.ttl").headers["etag"]
    asked = {"if-none-match": tag}
    assert client.get("/catalogue/births.ttl", headers=asked).status_code == 304
    for accept, form in (("text/turtle", "ttl"), ("application/ld+json", "jsonld")):
        sent = client.get("/catalogue/births/", headers={"accept": accept})
        assert sent.headers["location"] == f"/catalogue/births.{form}"
    assert client.get("/catalogue/", headers={"accept": "text/turtle"}).status_code == 302
    assert client.get("/catalogue/", headers={"accept": "text/html"}).status_code == 200


def test_the_client_of_ckan_reads_us(live_server: LiveServer) -> None:
    make_open_ones()
    ckan = RemoteCKAN(live_server.url)
    assert ckan.action.site_read() is True
    assert ckan.action.status_show()["site_title"] == "Yitang"
    assert ckan.action.package_list() == ["births", "clinics", "schools"]
    assert ckan.action.package_list(limit=1, offset=1) == ["clinics"]
    shown = ckan.action.package_show(id="births")
    assert shown["title"] == "出生医学证明"
    assert shown["resources"][0]["schema"][0]["name"] == "record"
    assert ckan.action.package_show(id=shown["id"])["name"] == "births"
    with pytest.raises(NotFound):
        ckan.action.package_show(id="sealed")
    owner = shown["organization"]["name"]
    found = ckan.action.package_search(
        q="", fq=f"organization:{owner}", rows=1, start=1,
        **{"facet.field": ["organization", "groups"]},
    )  # fmt: skip
    assert (found["count"], [row["name"] for row in found["results"]]) == (2, ["clinics"])
    assert found["facets"]["organization"][owner] == 2
    assert found["search_facets"]["groups"]["items"][0]["name"] == "202"
    assert ckan.action.package_search(q="*:*")["count"] == 3
    assert ckan.action.package_search(q="chusheng")["results"][0]["name"] == "births"
    assert owner in ckan.action.organization_list()
    listed = ckan.action.organization_list(all_fields=True)
    assert {row["name"]: row["package_count"] for row in listed}[owner] == 2
    assert ckan.action.organization_show(id=owner)["title"] == "闽海省卫生健康委员会"
    assert ckan.action.group_list() == ["202", "3"]
    assert set(ckan.action.tag_list()) == {"health", "department data"}


def test_a_feed_reader_follows_what_is_open(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_open_ones()
    read = feedparser.parse(client.get("/catalogue.atom").content)
    assert (read.bozo, read.version) == (False, "atom10")
    assert [one.title for one in read.entries] == [
        "学校名录：已发布", "医疗机构名录：已发布", "出生医学证明：已发布",
    ]  # fmt: skip
    assert read.entries[2].author == "闽海省卫生健康委员会"
    assert read.entries[2].link == "http://testserver/catalogue/births/"
    assert len({one.id for one in read.entries}) == 3
    retire_dataset(code="births", actor=system_actor(), at=AT, reason="并入新目录")
    content = client.get("/catalogue.atom").content
    again = feedparser.parse(content)
    assert [one.id for one in again.entries[1:]] == [one.id for one in read.entries]
    assert again.entries[0].title.startswith("births：")
    assert "出生" not in content.decode(), "of what is open no longer only the code is told"
    monkeypatch.setattr(atom, "PAGE", 2)
    found, address = [], "/catalogue.atom"
    while address:
        page = feedparser.parse(client.get(address).content)
        found += [one.id for one in page.entries]
        address = next((link.href for link in page.feed.links if link.rel == "next"), "")
    assert found == [one.id for one in again.entries]
    assert client.get("/catalogue.atom?before=x").status_code == 422
    assert 'href="/catalogue.atom"' in client.get("/catalogue/").content.decode()
