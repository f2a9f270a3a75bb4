"""What no parameter is named after is refused by its name; a body is one object."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client

from yitang.site.endpoints.api import api


def bodies() -> Iterator[tuple[str, dict[str, Any]]]:
    """Every object that a body may hold, however deep, from the published description."""
    described: dict[str, Any] = api.get_openapi_schema()
    known = described["components"]["schemas"]

    def within(part: Any) -> Iterator[tuple[str, dict[str, Any]]]:
        if isinstance(part, dict) and "$ref" in part:
            name = part["$ref"].rsplit("/", 1)[-1]
            yield name, known[name]
            yield from within(known[name])
        elif isinstance(part, dict):
            yield from (found for one in part.values() for found in within(one))
        elif isinstance(part, list):
            yield from (found for one in part for found in within(one))

    for operations in described["paths"].values():
        for operation in operations.values():
            content = operation.get("requestBody", {}).get("content", {})
            yield from within(content.get("application/json", {}))


def test_no_body_takes_an_unknown_field_in_silence() -> None:
    found = dict(bodies())
    assert len(found) > 30
    assert [
        name
        for name, one in found.items()
        if "properties" in one and one.get("additionalProperties") is not False
    ] == []


@pytest.mark.once
@pytest.mark.django_db
@pytest.mark.parametrize(
    ("query", "content", "status", "said"),
    [
        ("", '{"text": "水管坏了", "is_confidental": true}', 422, "body.is_confidental"),
        ("?text=1", '{"text": "水管坏了"}', 422, "query.text"),
        ("", "[]", 400, "one JSON object"),
        ("", "", 422, "body: it is missing"),
    ],
)
def test_what_is_unknown_is_named(query: str, content: str, status: int, said: str) -> None:
    told = Client().post(f"/api/v1/appeals{query}", content, content_type="application/json")
    assert told.json()["title"] in {"Invalid input", "Body unreadable"}
    assert (told.status_code, said in told.json()["detail"]) == (status, True), told.json()
