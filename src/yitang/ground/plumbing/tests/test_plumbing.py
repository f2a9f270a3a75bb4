from __future__ import annotations

import logging
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import ClassVar

import pytest
from django.db import transaction
from django.http import HttpResponse
from django_tasks_db.models import DBTaskResult
from hypothesis import given
from hypothesis import strategies as st

from yitang.ground.base.ids import Reference
from yitang.ground.plumbing import api as plumbing
from yitang.ground.plumbing.errors import (
    CursorInvalid,
    JobUnknown,
    ReplayDiffers,
    SecretUnreadable,
    SignatureInvalid,
)
from yitang.ground.plumbing.request_id import RequestIdFilter
from yitang.ground.plumbing.settings import SettingInvalid, kept_secret

NOON = datetime(2026, 11, 23, 4, tzinfo=UTC)


@given(st.text())
def test_what_is_encrypted_comes_back_and_only_under_its_own_field(text: str) -> None:
    secret = plumbing.encrypt(text, field="user.name")
    assert plumbing.decrypt(secret, field="user.name") == text
    with pytest.raises(SecretUnreadable):
        plumbing.decrypt(secret, field="user.other")


def test_equal_values_are_found_by_their_index_and_hidden_by_fresh_nonces() -> None:
    assert plumbing.blind_index("110105") == plumbing.blind_index("110105")
    assert plumbing.blind_index("110105") != plumbing.blind_index("110105", purpose="mobile")
    assert plumbing.encrypt("a", field="f") != plumbing.encrypt("a", field="f")


def test_a_signature_holds_for_its_content_alone() -> None:
    signature = plumbing.sign(b"content")
    plumbing.check_signature(b"content", signature, key=plumbing.public_key())
    with pytest.raises(SignatureInvalid):
        plumbing.check_signature(b"other", signature, key=plumbing.public_key())


@given(st.lists(st.integers() | st.text(), min_size=1, max_size=4))
def test_a_page_mark_survives_and_a_damaged_one_is_refused(key: list[int | str]) -> None:
    mark = plumbing.cursor_of(*key)
    assert plumbing.key_of(mark, length=len(key)) == key
    with pytest.raises(CursorInvalid):
        plumbing.key_of(mark, length=len(key) + 1)
    with pytest.raises(CursorInvalid):
        plumbing.key_of("%" + mark, length=len(key))


@dataclass(frozen=True, slots=True)
class BellRung(plumbing.Event):
    name: ClassVar[str] = "plumbing.bell_rung"
    times: int = 1


def test_listeners_hear_each_event_once_and_only_theirs() -> None:
    heard: list[int] = []

    def listener(event: BellRung) -> None:
        heard.append(event.times)

    plumbing.register_listener(BellRung, listener)
    plumbing.register_listener(BellRung, listener)
    plumbing.announce(BellRung(times=3))
    assert heard == [3]
    assert BellRung in plumbing.registered_events()


@pytest.mark.parametrize(
    ("name", "right", "wrong"),
    [("YITANG_ARROW_MEMORY", "mimalloc", "mine"), ("YITANG_MALLOC_ARENAS", "0", "many")],
)
def test_how_a_process_holds_memory_is_set(name: str, right: str, wrong: str) -> None:
    environment = {"YITANG_SECRET_KEY": "x", "YITANG_HOME": "here"}
    found = plumbing.load_settings(environment | {name: right})
    assert str(getattr(found, name.removeprefix("YITANG_").lower())) == right
    with pytest.raises(SettingInvalid, match=name):
        plumbing.load_settings(environment | {name: wrong})


def test_settings_name_what_is_wrong() -> None:
    environment = {"YITANG_SECRET_KEY": "x", "YITANG_HOME": "here"}
    assert not plumbing.load_settings(environment).demo
    with pytest.raises(SettingInvalid, match="YITANG_DEMO"):
        plumbing.load_settings(environment | {"YITANG_DEMO": "yes"})
    assert plumbing.load_settings(environment | {"YITANG_ENGINE": "spark"}).engine == "spark"
    with pytest.raises(SettingInvalid) as wrong:
        plumbing.load_settings(environment | {"YITANG_ENGINE": "hadoop"})
    assert str(wrong.value) == (
        "The setting YITANG_ENGINE is wrong: 'hadoop' is none of duckdb, spark."
    )
    with pytest.raises(SettingInvalid, match="no time zone"):
        plumbing.load_settings(environment | {"YITANG_NOW": "2026-11-23T10:42"})
    with pytest.raises(SettingInvalid, match="YITANG_DIVISION"):
        plumbing.load_settings(environment | {"YITANG_DIVISION": "福建"})
    with pytest.raises(SettingInvalid, match="YITANG_CALENDAR"):
        plumbing.load_settings(environment | {"YITANG_CALENDAR": "nowhere.csv"})


def test_pauses_and_brake_of_sources_are_settings() -> None:
    environment = {"YITANG_SECRET_KEY": "x", "YITANG_HOME": "here"}
    plain = plumbing.load_settings(environment)
    assert (plain.source_pauses, plain.source_brake) == ((15, 60, 240), 20)
    other = {"YITANG_SOURCE_PAUSES": "5, 10", "YITANG_SOURCE_BRAKE": "0"}
    read = plumbing.load_settings(environment | other)
    assert (read.source_pauses, read.source_brake) == ((5, 10), 0)
    at_once = plumbing.load_settings(environment | {"YITANG_SOURCE_PAUSES": "0"})
    assert at_once.source_pauses == ()
    for name, wrong in (
        ("YITANG_SOURCE_PAUSES", "5,soon"),
        ("YITANG_SOURCE_PAUSES", "10081"),
        ("YITANG_SOURCE_BRAKE", "101"),
        ("YITANG_SOURCE_BRAKE", "-1"),
    ):
        with pytest.raises(SettingInvalid, match=name):
            plumbing.load_settings(environment | {name: wrong})


def test_the_secret_is_made_once_and_readable_by_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "keys" / "master"
    assert kept_secret(path) == kept_secret(path)
    assert path.stat().st_mode & 0o077 == 0


NO_ROOM = """
import resource, signal, sys
from pathlib import Path
from yitang.ground.plumbing.settings import kept_secret
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))  # whatever is written to a file is refused
kept_secret(Path(sys.argv[1]))
"""


def test_where_there_is_no_room_no_empty_secret_is_left_behind(tmp_path: Path) -> None:
    path = tmp_path / "keys" / "master"
    command = [sys.executable, "-c", NO_ROOM, str(path)]
    ended = subprocess.run(command, capture_output=True, check=False)  # noqa: S603  (our own)
    assert "File too large" in ended.stderr.decode()
    assert list(path.parent.iterdir()) == []
    assert len(kept_secret(path)) == 64
    path.write_text("")
    with pytest.raises(SettingInvalid, match="master is damaged"):
        kept_secret(path)


@pytest.mark.django_db
def test_a_job_exists_exactly_when_its_cause_was_committed() -> None:
    seen: list[int] = []

    def job(*, number: int) -> None:
        seen.append(number)

    plumbing.register_job("plumbing.test", job)
    with transaction.atomic():
        plumbing.enqueue("plumbing.test", number=1)
        transaction.set_rollback(True)
    assert DBTaskResult.objects.count() == 0
    plumbing.enqueue("plumbing.test", number=2)
    row = DBTaskResult.objects.get()
    plumbing.run_job.func(*row.args_kwargs["args"], **row.args_kwargs["kwargs"])
    assert seen == [2]
    with pytest.raises(JobUnknown, match=r"nothing\.such"):
        plumbing.enqueue("nothing.such")


@pytest.mark.django_db
def test_a_job_whose_worker_died_is_given_back() -> None:
    plumbing.register_job("plumbing.idle", lambda: None)
    plumbing.enqueue("plumbing.idle")
    DBTaskResult.objects.update(status="RUNNING", started_at=NOON - timedelta(hours=1))
    assert plumbing.requeue_abandoned_jobs(at=NOON) == 1
    assert DBTaskResult.objects.get().status == "READY"
    assert plumbing.requeue_abandoned_jobs(at=NOON) == 0


def answering(status: int, done: list[int]) -> Callable[[], HttpResponse]:
    def carry_out() -> HttpResponse:
        done.append(status)
        return HttpResponse(f"answer {len(done)}", status=status)

    return carry_out


@pytest.mark.django_db
def test_a_request_sent_twice_is_carried_out_once() -> None:
    done: list[int] = []

    def send(content: bytes, status: int = 201, key: str = "k1") -> HttpResponse:
        return plumbing.answer_once(
            key=key,
            actor="a",
            route="/x",
            content=content,
            at=NOON,
            carry_out=answering(status, done),
        )

    first, second = send(b"one"), send(b"one")
    assert plumbing.forget_responses(at=NOON + timedelta(hours=23)) == 0
    assert (first.content, second.content, len(done)) == (b"answer 1", b"answer 1", 1)
    assert second["Idempotent-Replayed"] == "true"
    with pytest.raises(ReplayDiffers):
        send(b"two")
    assert send(b"one", status=422, key="k2").status_code == 422
    assert send(b"mended", status=201, key="k2").status_code == 201
    assert plumbing.forget_responses(at=NOON + timedelta(hours=25)) == 2


def test_a_log_line_carries_the_request_id() -> None:
    record = logging.LogRecord("x", logging.INFO, "f", 1, "m", (), None)
    with plumbing.request_id_bound("r-1"):
        assert RequestIdFilter().filter(record)
    assert record.__dict__["request_id"] == "r-1"


@pytest.mark.django_db
def test_a_reference_survives_one_merge_after_another() -> None:
    first, second, third = (Reference("person", name) for name in "abc")
    plumbing.merge_reference(old=first, new=second, at=NOON)
    plumbing.merge_reference(old=second, new=third, at=NOON)
    assert [plumbing.resolve_reference(r) for r in (first, second, third)] == [third] * 3
    with pytest.raises(ValueError, match="into itself"):
        plumbing.merge_reference(old=third, new=first, at=NOON)
    with pytest.raises(ValueError, match="two kinds"):
        plumbing.merge_reference(old=Reference("firm", "x"), new=third, at=NOON)
