"""What harvests us is mostly CKAN: its own parser reads our export."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest
from django.test import Client

from yitang.site.endpoints.tests.test_linked_data import make_open_ones

ROOT = Path(__file__).parents[1]

pytestmark = pytest.mark.django_db


@pytest.mark.once
@pytest.mark.parametrize(
    ("address", "form"),
    [pytest.param("ttl", "turtle", marks=pytest.mark.thorough), ("jsonld", "json-ld")],
)
def test_the_parser_of_ckan_reads_the_export(client: Client, address: str, form: str) -> None:
    """In a venv of its own: what CKAN pins is not what we pin, and its licence is another."""
    python = ROOT / ".tools/ckan/bin/python"
    if not python.exists():
        pytest.skip("no venv of CKAN's parser; `make test` makes it")
    make_open_ones()
    read = subprocess.run(
        [python, ROOT / "tests/ckan_parser.py", form],
        input=client.get(f"/catalogue.{address}").content,
        capture_output=True,
        timeout=240,
        check=True,
    )
    found = {row["title"]: row for row in json.loads(read.stdout)}
    assert set(found) == {"出生医学证明", "医疗机构名录", "学校名录"}
    births = found["出生医学证明"]
    extras = {extra["key"]: extra["value"] for extra in births["extras"]}
    assert extras["uri"] == "http://testserver/catalogue/births/#dataset"
    assert extras["publisher_name"] == "闽海省卫生健康委员会"
    assert extras["identifier"]
    assert births["notes"]
    assert [resource["url"] for resource in births["resources"]]
