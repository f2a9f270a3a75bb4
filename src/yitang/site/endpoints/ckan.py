"""CKAN's read API over the published open entries, so that its clients can read us.

Only what common clients use: lists, one entry, the search with ``q``, ``fq``, ``rows``, ``start``,
``sort`` and facets. Nothing can be written here.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import path
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from yitang import __version__
from yitang.data.catalogue import api as catalogue
from yitang.data.catalogue.rules import CLASSES, ITEM_TYPES, THEMES, theme_of
from yitang.ground.base.errors import DomainError, InvalidInput, NotFound
from yitang.ground.organisations.api import Organisation, organisation_by_credit_code
from yitang.ground.plumbing.api import translated

from .problems import asks_for_a_language

PUBLIC = AnonymousUser()
MOST_ROWS = 1000
# Field of CKAN to facet of ours.
FACETS = {"organization": "organisation", "groups": "theme"}
Parameters = Mapping[str, Any]


def site_read(given: Parameters) -> object:
    return True


def status_show(given: Parameters) -> object:
    return {"ckan_version": "2.11.0", "site_title": "Yitang", "yitang_version": __version__,
            "extensions": []}  # fmt: skip


def package_list(given: Parameters) -> object:
    """The codes of all open entries, by name."""
    limit, offset = _number(given, "limit", 100_000), _number(given, "offset", 0)
    return catalogue.open_codes()[offset : offset + limit]


def package_show(given: Parameters) -> object:
    return _package(_entry(str(given.get("id", ""))), is_whole=True)


def package_search(given: Parameters) -> object:
    """``q`` words, ``fq`` organisation and group, ``facet.field`` counts, in pages."""
    chosen = _chosen(str(given.get("fq", "")), str(given.get("q", "")))
    text = re.sub(r"\S+:(\"[^\"]*\"|\S+)", " ", str(given.get("q", ""))).replace("*", " ").strip()
    found = catalogue.find_datasets(
        PUBLIC,
        text[:100],
        chosen=chosen,
        offset=_number(given, "start", 0),
        limit=min(_number(given, "rows", 10), MOST_ROWS),
    )
    fields = given.get("facet.field", [])
    listed = json.loads(fields) if isinstance(fields, str) and fields.startswith("[") else fields
    facets = {name: _facet(found, name) for name in listed if name in FACETS}
    return {
        "count": found.total,
        "sort": "score desc, id asc",
        "results": [_package(entry) for entry in _loaded(found.page.rows)],
        "facets": {
            name: {item["name"]: item["count"] for item in items} for name, items in facets.items()
        },
        "search_facets": {name: {"title": name, "items": items} for name, items in facets.items()},
    }


def organization_list(given: Parameters) -> object:
    owners = _owners()
    if not _is_true(given.get("all_fields")):
        return sorted(row.credit_code.lower() for row, _ in owners)
    return [_organization(row, count) for row, count in owners]


def organization_show(given: Parameters) -> object:
    wanted = str(given.get("id", "")).lower()
    for row, count in _owners():
        if wanted in {row.credit_code.lower(), str(row.public_id)}:
            return _organization(row, count)
    raise NotFound(kind="organization", id=wanted)


def group_list(given: Parameters) -> object:
    themes = [value for value, _ in catalogue.facets(PUBLIC).get("theme", [])]
    if not _is_true(given.get("all_fields")):
        return sorted(themes)
    return [_group(code) for code in sorted(themes)]


def tag_list(given: Parameters) -> object:
    """The names of the themes: what there is of tags here."""
    return [_theme_name(value) for value, _ in catalogue.facets(PUBLIC).get("theme", [])]


ACTIONS: Mapping[str, Callable[[Parameters], object]] = {
    action.__name__: action
    for action in (
        site_read, status_show, package_list, package_show, package_search, organization_list,
        organization_show, group_list, tag_list,
    )
}  # fmt: skip


@csrf_exempt  # reads only, and as nobody: there is nothing a forged form could do
@require_http_methods(["GET", "HEAD", "POST"])
def act(request: HttpRequest, action: str) -> HttpResponse:
    """One action, as CKAN answers it: ``{"success": …, "result": …}``."""
    try:
        if action not in ACTIONS:
            raise NotFound(kind="action", id=action)
        result = ACTIONS[action](_given(request))
    except DomainError as error:
        kind = "Not Found Error" if error.http_status == 404 else "Validation Error"
        said = translated(error) if asks_for_a_language(request) else str(error)
        body = {"success": False, "error": {"__type": kind, "message": said}}
        return JsonResponse(body, status=404 if error.http_status == 404 else 409)
    help_address = request.build_absolute_uri(request.path)
    return JsonResponse(
        {"help": help_address, "success": True, "result": result},
        json_dumps_params={"ensure_ascii": False},
    )


def _given(request: HttpRequest) -> Parameters:
    if "json" in (request.content_type or "") and request.body:
        try:
            content = json.loads(request.body)
        except ValueError:
            raise InvalidInput(field="body", problem="it is not JSON") from None
        return content if isinstance(content, dict) else {}
    return request.POST.dict() | request.GET.dict()


def _number(given: Parameters, name: str, default: int) -> int:
    value = str(given.get(name, "") or "")
    if value and not value.isdecimal():
        raise InvalidInput(field=name, problem="it is not a whole number")
    return int(value) if value else default


def _is_true(value: object) -> bool:
    return str(value).lower() in {"true", "1", "yes"}


def _chosen(*queries: str) -> dict[str, str]:
    """The facets named in a Solr query: ``organization:91…``, ``groups:202``."""
    chosen: dict[str, str] = {}
    for query in queries:
        for name, quoted, plain in re.findall(r'(\w+):(?:"([^"]*)"|(\S+))', query):
            value = quoted or plain
            if name == "organization":
                chosen["organisation"] = str(organisation_by_credit_code(value.upper()).public_id)
            elif name in FACETS:
                chosen[FACETS[name]] = value
    return chosen


def _facet(found: catalogue.Found, name: str) -> list[dict[str, Any]]:
    counted = found.facets.get(FACETS[name], [])
    if name == "groups":
        return [
            {"name": value, "display_name": _theme_name(value), "count": count}
            for value, count in counted
        ]
    owners = {str(row.public_id): row for row, _ in _owners()}
    return [
        {"name": owners[value].credit_code.lower(), "display_name": owners[value].name,
         "count": count}
        for value, count in counted
        if value in owners
    ]  # fmt: skip


def _owners() -> list[tuple[Organisation, int]]:
    return catalogue.owners_of_open()


def _entry(wanted: str) -> catalogue.Dataset:
    return catalogue.open_entry(wanted)


def _loaded(rows: list[catalogue.Dataset]) -> list[catalogue.Dataset]:
    return catalogue.with_items(rows)


def _package(entry: catalogue.Dataset, *, is_whole: bool = False) -> dict[str, Any]:
    theme = theme_of(entry.classification)
    owner = entry.organisation
    page = f"/catalogue/{entry.code}/"
    resource: dict[str, Any] = {
        "id": f"{entry.public_id}",
        "package_id": str(entry.public_id),
        "name": entry.name,
        "url": page,
        "format": (entry.format_type or entry.format).upper(),
        "state": "active",
        "last_modified": entry.gathered_at.isoformat() if entry.gathered_at else None,
    }
    if is_whole:
        resource["schema"] = [
            {"name": item.name, "title": item.label, "type": str(ITEM_TYPES[item.type])}
            for item in catalogue.items_of(entry)
        ]
    return {
        "id": str(entry.public_id),
        "name": entry.code,
        "title": entry.name,
        "notes": entry.abstract,
        "type": "dataset",
        "state": "active",
        "private": False,
        "isopen": True,
        "owner_org": str(owner.public_id),
        "organization": _organization(owner, None),
        "groups": [_group(theme)],
        "tags": [{"name": _theme_name(theme), "display_name": _theme_name(theme)}],
        "num_tags": 1,
        "resources": [resource],
        "num_resources": 1,
        "metadata_created": entry.published_at.isoformat() if entry.published_at else None,
        "metadata_modified": entry.changed_at.isoformat(),
        "url": page,
        "extras": [
            {"key": key, "value": value}
            for key, value in {
                "identifier": entry.resource_code,
                "update_cycle": entry.update_cycle,
                "opening_condition": entry.opening_condition,
                "sharing_class": str(entry.sharing_class),
                "rows": str(entry.row_count),
            }.items()
            if value
        ],
    }


def _organization(row: Organisation, count: int | None) -> dict[str, Any]:
    found: dict[str, Any] = {
        "id": str(row.public_id),
        "name": row.credit_code.lower(),
        "title": row.name,
        "display_name": row.name,
        "type": "organization",
        "is_organization": True,
        "state": "active",
    }
    return found if count is None else found | {"package_count": count}


def _group(code: str) -> dict[str, Any]:
    return {"id": code, "name": code, "title": _theme_name(code), "display_name": _theme_name(code)}


def _theme_name(code: str) -> str:
    return str(THEMES.get(code) or CLASSES.get(code[:1]) or code)


urlpatterns = [path("api/3/action/<slug:action>", act), path("api/action/<slug:action>", act)]
