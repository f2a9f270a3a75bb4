"""Sources by their cycles: what is due, what is late, what is tried again, what becomes a case."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from yitang.data.catalogue.api import Dataset
from yitang.data.collection import jobs
from yitang.data.collection.api import (
    Source,
    claim_source,
    due_sources,
    fetches_of,
    gather_source,
    late_sources,
    move_fetch,
    register_source,
    source_of_case,
)
from yitang.data.collection.connectors import http_json
from yitang.data.collection.connectors.failures import reason_of
from yitang.data.collection.errors import ColumnsMissing, SourceUnreachable
from yitang.data.collection.measures import METRICS
from yitang.data.collection.rules import kept_sentence, next_due, pause_after, sentence_of
from yitang.data.lake.api import count_rows, table_exists
from yitang.ground.base.clock import SHANGHAI, official_calendar
from yitang.ground.base.errors import DomainError, NotAllowed
from yitang.ground.base.text import Message
from yitang.ground.casework.api import Case, case_timeline
from yitang.ground.casework.errors import ReasonNeeded
from yitang.ground.metrics.api import metric_value
from yitang.ground.organisations.api import system_actor
from yitang.ground.organisations.tests.factories import make_officer

from .factories import AT
from .test_sources import make_permits

pytestmark = pytest.mark.django_db
SECRET = "gehe" + "im"
ROWS = [{"number": "1", "name": "甲", "moment": "2026-01-02 03:04:05"}]


def day(text: str, hour: int = 10) -> datetime:
    return datetime.fromisoformat(f"{text}T{hour:02}:00:00+08:00")


@pytest.mark.parametrize(
    ("cycle", "since", "fetched", "late"),
    [
        ("daily", "2026-11-23", "2026-11-24", "2026-11-25"),
        ("daily", "2026-11-27", "2026-11-30", "2026-12-01"),  # Friday: the next working day
        ("daily", "2026-09-30", "2026-10-08", "2026-10-09"),  # over the holiday of October
        ("weekly", "2026-11-23", "2026-11-30", "2026-12-01"),
        ("ten_days", "2026-11-23", "2026-12-03", "2026-12-04"),
        ("monthly", "2026-01-31", "2026-02-28", "2026-03-01"),  # a Saturday that is worked
        ("quarterly", "2026-11-23", "2027-02-23", "2027-02-24"),
        ("half_yearly", "2026-08-31", "2027-03-01", "2027-03-02"),  # the 28th is a Sunday
        ("yearly", "2026-11-23", "2027-11-23", "2027-11-24"),
    ],
)
def test_a_cycle_ends_on_a_working_day(cycle: str, since: str, fetched: str, late: str) -> None:
    due = next_due(cycle, day(since), official_calendar())
    assert due is not None
    assert due.fetch.astimezone(SHANGHAI).isoformat() == f"{fetched}T06:00:00+08:00"
    assert due.late.astimezone(SHANGHAI).isoformat() == f"{late}T00:00:00+08:00"


def test_what_is_renewed_all_the_time_is_looked_at_again_soon() -> None:
    due = next_due("realtime", AT, official_calendar())
    assert due is not None
    assert (due.fetch - AT, due.late - AT) == (timedelta(minutes=15), timedelta(days=1))
    assert next_due("irregular", AT, official_calendar()) is None
    assert next_due("never", AT, official_calendar()) is None
    assert pause_after(1, (5, 60)) == timedelta(minutes=5)
    assert pause_after(3, (5, 60)) is None


def test_a_sentence_is_kept_with_the_sentences_in_it() -> None:
    error = SourceUnreachable(source="x", attempts=2, problem=Message("a", "it {did}", {"did": 1}))
    kept = sentence_of(json.loads(json.dumps(kept_sentence(error))))
    assert str(kept) == str(error)
    assert isinstance(kept, Message)
    assert isinstance(kept.params["problem"], Message)
    assert sentence_of({}) is None


@pytest.mark.parametrize(
    ("spoken", "said"),
    [
        ("FATAL:  password authentication failed for user", "user name or password"),
        ("(1045, \"Access denied for user 'a'@'b'\")", "user name or password"),
        ("permission denied for table persons", "may not read this table"),
        ('database "none" does not exist', "no database of this name"),
        ("[Errno -2] Name or service not known", "name is not known"),
        ("ConnectError: [Errno 111] Connection refused", "nothing answers"),
        ("ReadTimeout: The read operation timed out", "did not answer in time"),
        ("server closed the connection unexpectedly", "broke off"),
        ("[SSL: CERTIFICATE_VERIFY_FAILED]", "certificate"),
        ("division by zero", "reported an error"),
    ],
)
def test_what_drivers_say_becomes_a_sentence_of_ours(spoken: str, said: str) -> None:
    assert said in str(reason_of(spoken))


class Elsewhere(ThreadingHTTPServer):
    """Somebody's interface on the loopback address; it fails as often as it is told to."""

    daemon_threads = True

    def __init__(self) -> None:
        self.failing, self.asked = 0, 0
        super().__init__(("127.0.0.1", 0), _Handler)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/permits"


class _Handler(BaseHTTPRequestHandler):
    server: Elsewhere

    def do_GET(self) -> None:
        self.server.asked += 1
        ok = self.server.failing <= 0
        self.server.failing -= 1
        body = json.dumps(ROWS if ok else {"error": "out of order"}).encode()
        self.send_response(200 if ok else 503)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing while tests run."""


@pytest.fixture
def elsewhere(monkeypatch: pytest.MonkeyPatch) -> Iterator[Elsewhere]:
    monkeypatch.setattr(http_json, "FIRST_PAUSE", 0.0)
    with Elsewhere() as server:
        Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        yield server
        server.shutdown()


def registered(entry: Dataset, location: str, **values: object) -> Source:
    return register_source(
        dataset=entry, kind="http_json", location=location, actor=system_actor(), at=AT,
        **({"cycle": "daily"} | values),  # type: ignore[arg-type]
    )  # fmt: skip


def fetched(source: Source, at: datetime) -> Source:
    with suppress(DomainError):
        gather_source(source=source, actor=system_actor(), at=at)
    return Source.objects.select_related("case", "dataset").get(pk=source.pk)


def test_a_source_that_fails_twice_and_then_answers_is_fetched(elsewhere: Elsewhere) -> None:
    entry = make_permits()
    source = registered(entry, elsewhere.url)
    elsewhere.failing = 2
    kept = fetched(source, AT)
    assert elsewhere.asked == 3
    assert (kept.succeeded_at, kept.failures, kept.said) == (AT, 0, {})
    assert count_rows(entry.code) == 1
    assert kept.next_at == datetime(2026, 11, 23, 22, 0, tzinfo=UTC)
    assert kept.late_at == datetime(2026, 11, 24, 16, 0, tzinfo=UTC)
    assert due_sources(at=kept.next_at - timedelta(seconds=1)) == []
    assert due_sources(at=kept.next_at) == [source]


def test_a_fetch_that_fails_is_made_again_after_growing_pauses(elsewhere: Elsewhere) -> None:
    source = registered(make_permits(), elsewhere.url)
    elsewhere.failing, at = 10, AT
    for minutes in (15, 60):
        kept = fetched(source, at)
        assert kept.next_at == at + timedelta(minutes=minutes)
        assert "out of order at present (status 503)" in str(kept.problem)
        assert (kept.case, kept.succeeded_at) == (None, None)
        at = kept.next_at
    kept = fetched(source, at)
    assert (kept.succeeded_at, kept.failures, kept.said, kept.case) == (at, 0, {}, None)
    assert [one.outcome for one in fetches_of(source)] == ["taken", "failed", "failed"]


def test_what_always_fails_is_one_case_that_closes_with_the_next_success(
    elsewhere: Elsewhere,
) -> None:
    entry = make_permits()
    source = registered(entry, elsewhere.url)
    elsewhere.failing, at = 10_000, AT
    for _ in range(4):
        kept = fetched(source, at)
        assert kept.next_at is not None
        at = kept.next_at
    case = kept.case
    assert case is not None
    assert kept.next_at == datetime(2026, 11, 23, 22, 0, tzinfo=UTC)  # with the next cycle
    owner = make_officer("data_officer", organisation=entry.organisation)
    other = make_officer("data_officer")
    assert source_of_case(owner, case.pk) == source
    assert source_of_case(other, case.pk) is None
    for _ in range(2):
        kept = fetched(source, at)
        at += timedelta(days=1)
    assert Case.objects.filter(workflow="collection.fetch").count() == 1
    lines = case_timeline(owner, case)
    assert [line.kind for line in lines] == ["opened", "noted", "noted"]
    assert all("503" in line.note for line in lines)
    assert late_sources(owner, at=AT + timedelta(days=3)) == [source]
    assert late_sources(other, at=AT + timedelta(days=3)) == []
    with pytest.raises(SourceUnreachable):
        move_fetch(case_id=case.pk, verb="fetch", actor=owner, at=at)
    with pytest.raises(ReasonNeeded):
        move_fetch(case_id=case.pk, verb="close", actor=owner, at=at)
    elsewhere.failing = 0
    case = move_fetch(case_id=case.pk, verb="fetch", actor=owner, at=at)
    assert (case.state, case.is_open) == ("fetched", False)
    kept = Source.objects.get(pk=source.pk)
    assert (kept.case, kept.said, kept.succeeded_at) == (None, {}, at)
    assert fetches_of(source)[0].in_time is False


def test_a_case_closed_with_a_reason_ends_the_fetching_by_itself(elsewhere: Elsewhere) -> None:
    entry = make_permits()
    source = registered(entry, elsewhere.url)
    elsewhere.failing = 10_000
    for _ in range(4):
        kept = fetched(source, AT)
    assert kept.case is not None
    assert kept.next_at is not None
    owner = make_officer("data_officer", organisation=entry.organisation)
    move_fetch(case_id=kept.case.pk, verb="close", actor=owner, at=AT, note="系统已停用")
    assert Source.objects.get(pk=source.pk).next_at is None
    with pytest.raises(NotAllowed):
        gather_source(source=source, actor=make_officer("data_officer"), at=AT)
    assert fetched(source, AT).case not in {None, kept.case}


def test_a_database_that_is_gone_is_said_without_the_drivers_words() -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    entry = make_permits()
    source = register_source(
        dataset=entry, kind="database", location=f"postgresql://reader@127.0.0.1:{port}/none",
        table="permits", secret=SECRET, cycle="weekly", actor=system_actor(), at=AT,
    )  # fmt: skip
    kept = fetched(source, AT)
    assert "nothing answers at this address" in str(kept.problem)
    assert "refused" not in str(kept.problem)
    detail = fetches_of(source)[0].detail or ""
    assert "refused" in detail
    assert SECRET not in detail
    assert not table_exists(entry.code)


def test_a_mistake_that_no_pause_mends_is_a_case_at_once(elsewhere: Elsewhere) -> None:
    entry = make_permits()
    source = registered(entry, elsewhere.url, mapping={"name": "none"})
    with pytest.raises(ColumnsMissing):
        gather_source(source=source, actor=system_actor(), at=AT)
    assert Source.objects.get(pk=source.pk).case is not None


def test_the_job_fetches_what_is_due_and_one_that_fails_stops_no_other(
    elsewhere: Elsewhere, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs, "now", lambda: AT)
    bad = registered(make_permits(), "http://127.0.0.1:9/none")
    good, later = (registered(make_permits(), elsewhere.url) for _ in range(2))
    fetched(later, AT - timedelta(hours=1))
    asked = elsewhere.asked
    jobs.fetch_due()
    assert elsewhere.asked == asked + 1
    assert Source.objects.get(pk=good.pk).succeeded_at == AT
    assert Source.objects.get(pk=bad.pk).failures == 1
    jobs.fetch_due()
    assert elsewhere.asked == asked + 1


def test_a_due_source_is_claimed_once_and_again_when_its_fetch_was_cut_short(
    elsewhere: Elsewhere,
) -> None:
    source = registered(make_permits(), elsewhere.url)
    assert claim_source(source=source, at=AT)
    assert not claim_source(source=source, at=AT)
    assert due_sources(at=AT + timedelta(hours=1)) == []
    assert due_sources(at=AT + timedelta(hours=2)) == [source]


def test_an_empty_folder_is_looked_at_again_soon_and_late_all_the_same(tmp_path: Path) -> None:
    source = register_source(
        dataset=make_permits(), kind="folder", location=str(tmp_path), cycle="daily",
        actor=system_actor(), at=AT,
    )  # fmt: skip
    kept = fetched(source, AT)
    assert (kept.succeeded_at, kept.next_at) == (None, AT + timedelta(minutes=15))
    assert kept.late_since(AT + timedelta(days=2)) == datetime(2026, 11, 24, 16, 0, tzinfo=UTC)
    assert fetches_of(source) == []


def test_fetches_in_time_are_a_metric_that_can_be_counted_anew(elsewhere: Elsewhere) -> None:
    source = registered(make_permits(), elsewhere.url)
    for days in (0, 1, 9):
        fetched(source, AT + timedelta(days=days))
    code = "collection.fetched_in_time"
    division = source.dataset.organisation.division.code
    found = metric_value(code=code, division_code=division)
    assert found is not None
    assert [int(found.numerator), int(found.denominator)] == [2, 3]
    (metric,) = [one for one in METRICS if one.code == code]
    counted = list(metric.recount())
    assert sum(one.numerator for one in counted) == 2
    assert sum(one.denominator for one in counted) == 3
