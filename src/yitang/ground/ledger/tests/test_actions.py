from __future__ import annotations

import errno
import os
from dataclasses import replace
from pathlib import Path

import pytest
from django.db import transaction

from yitang.ground.base.ids import Reference, uuid7
from yitang.ground.ledger import actions
from yitang.ground.ledger.api import (
    alter_for_demonstration,
    anchor,
    drain_outbox,
    entries_about,
    entries_for,
    entries_of,
    entry,
    index_segments,
    is_altered,
    rebuild_index,
    record_at_once,
    restore_after_demonstration,
    verify,
)
from yitang.ground.ledger.errors import DemoOnly, LedgerFull
from yitang.ground.ledger.rules import (
    Draft,
    SegmentWriter,
    close_writers,
    segment_paths,
    whole_lines,
)
from yitang.ground.plumbing.api import settings

from .factories import AT, SUBJECT, draft, recorded

# A real commit is slow to undo on PostgreSQL, so only the tests about commits make one.
committing = pytest.mark.django_db(transaction=True)


@pytest.fixture
def at_once(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """What waits for the commit runs at once, inside the test's transaction."""
    monkeypatch.setattr(transaction, "on_commit", lambda work: work())


def ids_in_segments(folder: Path) -> list[str]:
    return [
        raw.partition(b'"id":"')[2][:36].decode()
        for path in segment_paths(folder)
        for _, raw in whole_lines(path)
    ]


@committing
def test_an_entry_is_in_a_segment_after_the_commit_and_not_before(folder: Path) -> None:
    with transaction.atomic():
        entry_id = recorded()
        assert ids_in_segments(folder) == []
        assert [e.is_pending for e in entries_about(SUBJECT)] == [True]
    assert ids_in_segments(folder) == [str(entry_id)]
    (found,) = entries_about(SUBJECT)
    assert (found.is_pending, found.is_sound, found.organisation) == (
        False, True, "闽海省卫生健康委员会",
    )  # fmt: skip
    assert found.details == {"fields": "name, birth_date"}
    assert found.matter == Reference("services.application", "0")


@pytest.mark.usefixtures("at_once")
def test_details_are_sealed_in_the_file(folder: Path) -> None:
    recorded()
    assert b"birth_date" not in segment_paths(folder)[0].read_bytes()


@committing
def test_an_entry_of_a_transaction_undone_never_was(folder: Path) -> None:
    with transaction.atomic():
        recorded()
        transaction.set_rollback(True)
    kept = recorded(1)
    assert ids_in_segments(folder) == [str(kept)]
    assert verify().ok


@pytest.mark.usefixtures("at_once")
def test_the_same_id_twice_is_one_entry(folder: Path) -> None:
    entry_id = uuid7()
    with transaction.atomic():
        recorded(entry_id=entry_id)
        recorded(entry_id=entry_id)
    recorded(entry_id=entry_id)
    assert ids_in_segments(folder) == [str(entry_id)]


@pytest.mark.usefixtures("at_once")
def test_entries_are_found_by_person_actor_and_matter_newest_first(folder: Path) -> None:
    ids = [recorded(number) for number in range(5)]
    recorded(9, subject="cd" * 32)
    assert [e.id for e in entries_about(SUBJECT)] == ids[::-1]
    assert [e.id for e in entries_about(SUBJECT, limit=2, before=ids[3])] == [ids[2], ids[1]]
    assert len(entries_of("0198-officer")) == 6
    assert [e.id for e in entries_for(Reference("services.application", "3"))] == [ids[3]]
    assert entry(uuid7()) is None


@committing
def test_a_line_written_but_not_indexed_is_not_written_again(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The crash between the segment and the database, without the crash."""
    append = SegmentWriter.append

    def append_and_die(self: SegmentWriter, drafts: list[Draft]) -> None:
        append(self, drafts)
        raise MemoryError

    with monkeypatch.context() as dying:
        dying.setattr(SegmentWriter, "append", append_and_die)
        with pytest.raises(MemoryError):
            recorded()
    assert drain_outbox() == 0
    assert len(ids_in_segments(folder)) == 1
    (found,) = entries_about(SUBJECT)
    assert not found.is_pending


@committing
def test_a_full_disk_is_one_sentence_and_loses_nothing(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    recorded(0)
    write = os.write

    def write_half(descriptor: int, content: memoryview) -> int:
        if len(content) < 100:
            raise OSError(errno.ENOSPC, "No space left on device")
        return write(descriptor, content[: len(content) // 2])

    monkeypatch.setattr(os, "write", write_half)
    kept = recorded(1)
    assert [e.id for e in entries_about(SUBJECT) if e.is_pending] == [kept]
    with pytest.raises(
        LedgerFull, match=r"no space is left in .* nothing that was accepted is lost"
    ):
        drain_outbox()
    monkeypatch.setattr(os, "write", write)
    assert drain_outbox() == 1
    assert ids_in_segments(folder).count(str(kept)) == 1
    assert verify().ok


@pytest.mark.usefixtures("at_once")
def test_the_index_is_rebuilt_from_the_segments_alone(folder: Path) -> None:
    ids = [recorded(number) for number in range(3)]
    assert rebuild_index() == 3
    assert [e.id for e in entries_about(SUBJECT)] == ids[::-1]


@pytest.mark.usefixtures("at_once")
def test_lines_of_another_process_become_visible(folder: Path) -> None:
    recorded(0)
    close_writers()
    other = SegmentWriter(folder)
    other.append([draft(7)])
    other.close()
    assert index_segments() == 2  # read from the mark on; what is known stays as it is
    assert len(entries_about(SUBJECT)) == 2
    assert index_segments() == 0


@pytest.mark.usefixtures("at_once")
def test_an_anchor_covers_what_waits_in_the_outbox(folder: Path) -> None:
    recorded()
    first = anchor(AT)
    assert first is not None
    assert [head.entries for head in first.heads] == [1]
    assert anchor(AT) is None
    recorded(1)
    assert anchor(AT) is not None
    assert verify().anchors == 2


@pytest.mark.usefixtures("at_once")
def test_an_altered_line_is_shown_as_unsound_and_named(folder: Path) -> None:
    ids = [recorded(number) for number in range(3)]
    path = segment_paths(folder)[0]
    content = path.read_bytes()
    at = content.index(b"newborn", content.index(str(ids[1]).encode()))
    path.write_bytes(content[:at] + b"N" + content[at + 1 :])
    assert [e.is_sound for e in entries_about(SUBJECT)] == [True, False, True]
    (problem,) = verify().problems
    assert (problem.kind, problem.position, problem.entry_id) == ("changed", 1, str(ids[1]))


@pytest.mark.usefixtures("at_once")
def test_a_tail_cut_before_any_anchor_is_named_by_the_index(folder: Path) -> None:
    ids = [recorded(number) for number in range(3)]
    path = segment_paths(folder)[0]
    path.write_bytes(b"".join(path.read_bytes().splitlines(keepends=True)[:2]))
    (problem,) = verify().problems
    assert (problem.kind, problem.position, problem.entry_id) == ("missing", 2, str(ids[2]))


@pytest.mark.usefixtures("at_once")
def test_a_chain_written_anew_from_the_middle_is_named_by_the_index(folder: Path) -> None:
    ids = [recorded(number) for number in range(4)]
    close_writers()
    path = segment_paths(folder)[0]
    rows = [raw[raw.index(b'"id"') :].decode() for _, raw in whole_lines(path)]
    path.unlink()
    writer = SegmentWriter(folder)
    drafts = [Draft(str(ids[number]), "{" + rows[number]) for number in (0, 2, 3)]
    writer.append(drafts)
    writer.close()
    segment_paths(folder)[0].rename(path)
    (problem, *rest) = verify().problems
    assert (problem.kind, problem.position, problem.entry_id) == ("missing", 1, str(ids[1]))
    assert rest == []


@committing
def test_an_entry_made_at_once_outlives_the_transaction(folder: Path) -> None:
    with transaction.atomic():
        kept = record_at_once(
            actor="a", organisation="o", action="exchange.denied", purpose="p", at=AT,
            subject_index=SUBJECT,
        )  # fmt: skip
        assert [e.id for e in entries_about(SUBJECT)] == [kept]
        transaction.set_rollback(True)
    assert ids_in_segments(folder) == [str(kept)]
    assert entries_about(SUBJECT) == []
    index_segments()  # as every anchor does
    assert [e.id for e in entries_about(SUBJECT)] == [kept]


@pytest.mark.usefixtures("at_once")
def test_the_demonstration_changes_one_byte_and_puts_it_back(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = [recorded(number) for number in range(3)]
    with pytest.raises(DemoOnly):
        alter_for_demonstration(ids[1])
    monkeypatch.setattr(actions, "settings", lambda: replace(settings(), demo=True))
    altered = alter_for_demonstration(ids[1])
    assert altered is not None
    assert is_altered()
    (problem,) = verify().problems
    assert (problem.kind, problem.entry_id) == ("changed", str(altered.id))
    assert restore_after_demonstration()
    assert not is_altered()
    assert verify().ok
    assert not restore_after_demonstration()
