"""How a source over HTTP cuts its records into pages, and where the next one is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit, urlunsplit

from yitang.ground.base.errors import InvalidInput

STYLES = ("link", "page", "offset", "cursor", "single")
ROW_KEYS = ("rows", "items", "data", "records", "results", "result", "list")
NEXT_KEYS = ("next", "next_url", "nextPage", "links.next")
_SECRET_WORDS = ("token", "key", "secret", "password", "sign", "auth")


@dataclass(frozen=True, slots=True)
class Paging:
    """``link`` follows the address in the answer, ``page`` counts pages, ``offset`` rows, and
    ``cursor`` hands a mark from each answer to the next question; ``single`` asks once."""

    style: str = "link"
    parameter: str = ""  # of the page's number, the offset or the mark
    size_parameter: str = ""
    size: int = 0
    first: int = 1  # the number of the first page
    rows: str = ""  # where the list stands in the answer, ``data.list``
    mark: str = ""  # where the next mark (or address) stands


def paging_of(options: Mapping[str, object]) -> Paging:
    """The paging that ``options`` describe; raises ``InvalidInput`` with the field's name."""
    known = {field.name: field.type for field in fields(Paging)}
    for name, value in options.items():
        if name not in known:
            raise InvalidInput(field=name, problem="is nothing that paging knows")
        if isinstance(value, bool) or not isinstance(value, int if known[name] == "int" else str):
            raise InvalidInput(field=name, problem="has the wrong type")
    paging = Paging(**options)  # type: ignore[arg-type]
    if paging.style not in STYLES:
        raise InvalidInput(field="style", problem=f"is none of {', '.join(STYLES)}")
    if paging.style in {"page", "offset", "cursor"} and not paging.parameter:
        raise InvalidInput(field="parameter", problem="is needed to ask for the next page")
    if paging.style == "cursor" and not paging.mark:
        raise InvalidInput(field="mark", problem="is needed to find the next page")
    if paging.style == "offset" and paging.size < 1:
        raise InvalidInput(field="size", problem="is needed to count rows")
    return paging


def first_address(paging: Paging, url: str) -> str:
    """The address of the first page."""
    wanted = {paging.size_parameter: str(paging.size)} if paging.size_parameter else {}
    if paging.style == "page":
        wanted[paging.parameter] = str(paging.first)
    elif paging.style == "offset":
        wanted[paging.parameter] = "0"
    return with_query(url, wanted) if wanted else url


def next_address(
    paging: Paging, *, url: str, asked: str, body: object, page: int, rows: int, link: str = ""
) -> str:
    """Where the page after the ``page``-th (from 1, with ``rows`` records) is; ``""``: nowhere."""
    if paging.style == "single":
        return ""
    if paging.style == "link":
        keys = (paging.mark,) if paging.mark else NEXT_KEYS
        following = next((text for key in keys if (text := _text(found_at(body, key)))), link)
        return urljoin(asked, following) if following else ""
    if not rows or (paging.size and rows < paging.size):
        return ""
    if paging.style == "cursor":
        mark = _text(found_at(body, paging.mark))
        return with_query(asked, {paging.parameter: mark}) if mark else ""
    reached = paging.first + page if paging.style == "page" else page * paging.size
    return with_query(asked, {paging.parameter: str(reached)})


def rows_of(paging: Paging, body: object) -> list[dict[str, object]]:
    """The records of an answer; raises ``ValueError`` for one without."""
    found = body
    if paging.rows:
        found = found_at(body, paging.rows)
    elif isinstance(body, dict):
        lists = (found_at(body, key) for key in (*ROW_KEYS, *_inner(ROW_KEYS)))
        found = next((value for value in lists if isinstance(value, list)), None)
    if not isinstance(found, list) or not all(isinstance(row, dict) for row in found):
        raise ValueError("the answer holds no list of records")
    return found


def found_at(body: object, path: str) -> object:
    """What stands at ``data.list`` in an answer, or ``None``."""
    for name in path.split("."):
        if not isinstance(body, dict):
            return None
        body = body.get(name)
    return body


def with_query(url: str, values: Mapping[str, str]) -> str:
    """The address with these parameters put in place of others of the same names."""
    parts = urlsplit(url)
    kept = [(name, value) for name, value in parse_qsl(parts.query, keep_blank_values=True)
            if name not in values]  # fmt: skip
    return urlunsplit(parts._replace(query=urlencode([*kept, *values.items()])))


def shown_address(url: str) -> str:
    """An address as it may be shown: without user and password, its secrets starred."""
    parts = urlsplit(url)
    query = [
        (name, "***" if any(word in name.lower() for word in _SECRET_WORDS) else value)
        for name, value in parse_qsl(parts.query, keep_blank_values=True)
    ]
    host = parts.netloc.rpartition("@")[2]
    return urlunsplit(parts._replace(netloc=host, query=urlencode(query, safe="*")))


def _inner(keys: Sequence[str]) -> list[str]:
    return [f"data.{key}" for key in keys] + [f"result.{key}" for key in keys]


def _text(value: object) -> str:
    return str(value) if isinstance(value, str | int) and not isinstance(value, bool) else ""
