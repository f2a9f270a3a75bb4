"""Sources over HTTP: how they turn pages, how long they are waited for, where they may lie."""

from __future__ import annotations

import socket
from collections.abc import Callable
from ipaddress import ip_address

import httpx
import pytest

from yitang.data.collection.connectors import Entry, Patience, http_delivery, networks_of
from yitang.data.collection.connectors import http_json as reader
from yitang.data.collection.connectors.reach import checked_addresses, guarded_transport
from yitang.data.collection.errors import AddressInvalid, AddressRefused, SourceUnreachable
from yitang.data.collection.rules.paging import Paging, paging_of, shown_address, with_query
from yitang.ground.base.errors import InvalidInput

from .test_connectors import rows_of

Handler = Callable[[httpx.Request], httpx.Response]
URL = "http://health.example/births?kind=a"


def asked(
    handler: Handler,
    *,
    paging: Paging | None = None,
    entry: Entry | None = None,
    pauses: list[float] | None = None,
    url: str = URL,
) -> list[tuple[str | None, ...]]:
    kept = pauses if pauses is not None else []
    patience = Patience(pause=kept.append, jitter=lambda: 0.0)
    with httpx.Client(transport=httpx.MockTransport(handler)) as client:
        return rows_of(
            http_delivery(url, paging=paging, entry=entry, client=client, patience=patience)
        )


DATA = [{"n": str(number)} for number in range(7)]


def by_page(request: httpx.Request) -> httpx.Response:
    page, size = int(request.url.params["p"]), int(request.url.params["size"])
    part = DATA[(page - 1) * size : page * size]
    return httpx.Response(200, json={"data": {"list": part}})


def by_offset(request: httpx.Request) -> httpx.Response:
    start = int(request.url.params["from"])
    return httpx.Response(200, json=DATA[start : start + 3])


def by_mark(request: httpx.Request) -> httpx.Response:
    start = int(request.url.params.get("after", "0"))
    following = start + 3 if start + 3 < len(DATA) else None
    return httpx.Response(200, json={"rows": DATA[start : start + 3], "meta": {"at": following}})


@pytest.mark.parametrize(
    ("handler", "options"),
    [
        (by_page, {"style": "page", "parameter": "p", "size_parameter": "size", "size": 3}),
        (by_page, {"style": "page", "parameter": "p", "size_parameter": "size", "size": 7,
                   "rows": "data.list"}),
        (by_offset, {"style": "offset", "parameter": "from", "size": 3}),
        (by_mark, {"style": "cursor", "parameter": "after", "mark": "meta.at"}),
    ],
)  # fmt: skip
def test_pages_are_turned_as_the_source_counts_them(
    handler: Handler, options: dict[str, object]
) -> None:
    assert asked(handler, paging=paging_of(options)) == [(str(number),) for number in range(7)]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"style": "scroll"}, "none of"),
        ({"style": "page"}, "parameter"),
        ({"style": "offset", "parameter": "from"}, "size"),
        ({"style": "cursor", "parameter": "after"}, "mark"),
        ({"pages": 1}, "nothing that paging knows"),
        ({"size": "3"}, "wrong type"),
    ],
)
def test_paging_that_cannot_work_is_said_before_asking(
    options: dict[str, object], said: str
) -> None:
    with pytest.raises(InvalidInput, match=said):
        paging_of(options)


def test_a_source_that_does_not_turn_pages_is_found_out() -> None:
    paging = Paging(style="page", parameter="p")
    with pytest.raises(SourceUnreachable, match="does not turn pages"):
        asked(lambda _request: httpx.Response(200, json=DATA), paging=paging)


def test_a_source_is_waited_for_as_long_as_it_asks() -> None:
    answers = iter([httpx.Response(429, headers={"Retry-After": "7"}), httpx.Response(503)])
    pauses: list[float] = []
    rows = asked(lambda _request: next(answers, httpx.Response(200, json=DATA[:1])), pauses=pauses)
    assert (rows, pauses) == ([("0",)], [7.0, 1.0])
    too_long = httpx.Response(429, headers={"Retry-After": "3600"})
    with pytest.raises(
        SourceUnreachable, match=r"after 1 attempts: it was asked too often \(status 429\)"
    ):
        asked(lambda _request: too_long)


def test_a_page_without_end_is_not_read_to_its_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reader, "MOST_BYTES", 2**20)
    large = httpx.Response(200, content=b"[" + b" " * 2**21)
    with pytest.raises(SourceUnreachable, match="larger than 1 MB"):
        asked(lambda _request: large)


def test_the_secret_goes_to_the_sources_own_host_alone() -> None:
    seen: dict[str, str | None] = {}

    def handler(request: httpx.Request) -> httpx.Response:
        seen[request.url.host] = request.headers.get("X-Key")
        if request.url.host == "health.example":
            return httpx.Response(302, headers={"Location": "http://other.example/x"})
        return httpx.Response(200, json=DATA[:1])

    asked(handler, entry=Entry("X-Key", "s3cret"))
    assert seen == {"health.example": "s3cret", "other.example": None}
    assert "s3cret" not in repr(Entry("X-Key", "s3cret"))


@pytest.mark.parametrize("url", ["file:///etc/passwd", "http://u:p@health.example/", "births"])
def test_what_is_no_address_is_refused(url: str) -> None:
    with pytest.raises(AddressInvalid) as refused:
        asked(lambda _request: httpx.Response(200, json=DATA), url=url)
    assert "u:p@" not in str(refused.value)


def test_secrets_in_an_address_are_not_shown() -> None:
    assert shown_address("https://u:p@a.example/x?token=1&page=2") == (
        "https://a.example/x?token=***&page=2"
    )
    assert with_query("http://a/x?p=1&q=2", {"p": "3"}) == "http://a/x?q=2&p=3"


@pytest.mark.parametrize(
    "address",
    ["127.0.0.1", "10.1.2.3", "192.168.0.1", "169.254.169.254", "100.64.0.1", "0.0.0.0",  # noqa: S104  (refused)
     "224.0.0.1", "::1", "fe80::1", "fd00::1", "::ffff:127.0.0.1"],
)  # fmt: skip
def test_an_officer_reaches_nothing_inside(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def found(*_: object, **__: object) -> list[object]:
        return [(0, 0, 0, "", (address, 0))]

    monkeypatch.setattr(socket, "getaddrinfo", found)
    with pytest.raises(AddressRefused, match="YITANG_SOURCE_NETWORKS"):
        checked_addresses("innocent.example", ())
    width = ip_address(address).max_prefixlen
    bare = address.removeprefix("::ffff:")
    allowed = networks_of([f"{bare}/{32 if bare != address else width}"])
    assert checked_addresses("innocent.example", allowed) == [address]
    assert checked_addresses("innocent.example", None) == [address]


def test_the_connection_goes_to_the_address_that_was_checked(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    answers = iter(["93.184.216.34", "127.0.0.1"])

    def found(*_: object, **__: object) -> list[object]:
        return [(0, 0, 0, "", (next(answers), 0))]

    monkeypatch.setattr(socket, "getaddrinfo", found)
    met: list[tuple[str, str, object]] = []

    def handler(request: httpx.Request) -> httpx.Response:
        names = request.headers["host"], request.extensions.get("sni_hostname")
        met.append((request.url.host, *names))
        return httpx.Response(200, json=[])

    guarded = guarded_transport((), httpx.MockTransport(handler))
    with httpx.Client(transport=guarded) as client:
        client.get("http://rebinding.example/")
        with pytest.raises(AddressRefused):
            client.get("http://rebinding.example/")
    assert met == [("93.184.216.34", "rebinding.example", "rebinding.example")]
