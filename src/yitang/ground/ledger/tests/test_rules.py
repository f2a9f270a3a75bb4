"""Laws of the chain: whatever is done to the files is named."""

from __future__ import annotations

import os
import shutil
import threading
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from yitang.ground.ledger.errors import AnchorsRefused, LedgerUnwritable
from yitang.ground.ledger.rules import (
    SegmentWriter,
    Verification,
    accept_anchors,
    anchor_lines,
    continues_anchors,
    mend_segments,
    merkle_root,
    parse_line,
    read_line_at,
    seal,
    segment_paths,
    unseal,
    verify_folder,
    whole_lines,
)

from .factories import AT, PUBLIC, anchored, draft, written_segment

ENTRIES = 8
quickly = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A sound, anchored ledger that the tests copy."""
    folder = tmp_path_factory.mktemp("model")
    written_segment(folder, ENTRIES)
    anchored(folder)
    return folder


@pytest.fixture
def copy(model: Path, tmp_path: Path) -> Path:
    """Where an example puts its own copy of the model."""
    return tmp_path / "copy"


def fresh(model: Path, copy: Path) -> tuple[Path, list[bytes]]:
    shutil.rmtree(copy, ignore_errors=True)
    shutil.copytree(model, copy)
    (path,) = segment_paths(copy)
    return path, path.read_bytes().splitlines(keepends=True)


def verified(folder: Path) -> Verification:
    return verify_folder(folder, key=PUBLIC)


def ids(lines: list[bytes]) -> list[str]:
    return [parse_line(line.rstrip(b"\n")).id for line in lines]


def test_a_sound_ledger_verifies(model: Path) -> None:
    assert verified(model) == Verification(entries=ENTRIES, segments=1, anchors=1, problems=[])


@quickly
@given(data=st.data())
def test_any_byte_changed_is_named(model: Path, copy: Path, data: st.DataObject) -> None:
    path, lines = fresh(model, copy)
    content = path.read_bytes()
    at = data.draw(st.integers(0, len(content) - 1))
    byte = data.draw(st.integers(0, 255).filter(lambda value: value != content[at]))
    path.write_bytes(content[:at] + bytes([byte]) + content[at + 1 :])
    position = content[:at].count(b"\n")
    problems = verified(copy).problems
    assert any(p.position == position for p in problems)
    if content[at : at + 1] != b"\n" and byte != 10:  # one line only was touched
        assert [p.position for p in problems] == [position]
        assert problems[0].kind == "changed"
        if position < ENTRIES - 1:
            assert problems[0].entry_id == ids(lines)[position]


@quickly
@given(gone=st.sets(st.integers(0, ENTRIES - 1), min_size=1))
def test_any_lines_dropped_are_named(model: Path, copy: Path, gone: set[int]) -> None:
    path, lines = fresh(model, copy)
    path.write_bytes(b"".join(line for n, line in enumerate(lines) if n not in gone))
    problems = verified(copy).problems
    assert {p.position for p in problems} == gone
    assert {p.kind for p in problems} == {"missing"}
    for problem in problems:
        follower_stands = problem.position + 1 not in gone and problem.position < ENTRIES - 1
        assert problem.entry_id == (ids(lines)[problem.position] if follower_stands else "")


@quickly
@given(pair=st.sets(st.integers(0, ENTRIES - 1), min_size=2, max_size=2))
def test_any_two_lines_swapped_are_named(model: Path, copy: Path, pair: set[int]) -> None:
    path, lines = fresh(model, copy)
    first, second = sorted(pair)
    swapped = {ids(lines)[first], ids(lines)[second]}
    lines[first], lines[second] = lines[second], lines[first]
    path.write_bytes(b"".join(lines))
    problems = verified(copy).problems
    assert problems
    assert {p.kind for p in problems} == {"reordered"}
    assert {p.entry_id for p in problems} <= swapped


def test_a_line_put_in_twice_is_named(model: Path, copy: Path) -> None:
    path, lines = fresh(model, copy)
    path.write_bytes(b"".join([*lines[:4], lines[2], *lines[4:]]))
    (problem,) = verified(copy).problems
    assert (problem.kind, problem.position) == ("repeated", 2)


def test_a_line_written_anew_with_its_hash_is_named_by_its_follower(
    model: Path, copy: Path
) -> None:
    path, lines = fresh(model, copy)
    other = SegmentWriter(copy / "other")
    place = other.append([draft(n) for n in range(4)])[3]
    other.close()
    forged = segment_paths(copy / "other")[0].read_bytes().splitlines(keepends=True)[3]
    assert place.position == 3
    path.write_bytes(b"".join([*lines[:3], forged, *lines[4:]]))
    problems = verified(copy).problems
    assert {(p.kind, p.position) for p in problems} == {("changed", 2), ("changed", 3)}


def test_a_whole_chain_written_anew_does_not_fit_its_anchor(model: Path, copy: Path) -> None:
    path, _ = fresh(model, copy)
    forged = written_segment(copy / "other", ENTRIES)
    forged.replace(path)
    (problem,) = verified(copy).problems
    assert (problem.kind, problem.position) == ("changed", ENTRIES - 1)
    assert "0 to 7" in str(problem.detail)


def test_a_segment_gone_is_missing_entry_by_entry(model: Path, copy: Path) -> None:
    path, _ = fresh(model, copy)
    path.unlink()
    problems = verified(copy).problems
    assert [(p.kind, p.position) for p in problems] == [("missing", n) for n in range(ENTRIES)]


def test_a_long_gap_is_named_in_part_and_counted(tmp_path: Path) -> None:
    path = written_segment(tmp_path, 70)
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(lines[0] + lines[-1])
    problems = verified(tmp_path).problems
    assert len(problems) == 50
    assert "and 18 more" in str(problems[-1].detail)


@quickly
@given(data=st.data())
def test_any_byte_of_an_anchor_changed_is_named(
    model: Path, copy: Path, data: st.DataObject
) -> None:
    fresh(model, copy)
    (path,) = (copy / "anchors").glob("*.jsonl")
    content = path.read_bytes()
    at = data.draw(st.integers(0, len(content) - 2))
    path.write_bytes(content[:at] + bytes([content[at] ^ 1]) + content[at + 1 :])
    assert "anchors" in {p.segment for p in verified(copy).problems}


def test_an_anchor_signed_by_another_key_is_forged(model: Path) -> None:
    problems = verify_folder(model, key=bytes(32)).problems
    assert [(p.kind, p.segment, p.position) for p in problems] == [("forged", "anchors", 0)]


def grown(folder: Path, anchors: int) -> None:
    writer = SegmentWriter(folder)
    for number in range(anchors):
        writer.append([draft(number)])
        anchored(folder)
    writer.close()


def test_an_anchor_taken_out_is_missed(tmp_path: Path) -> None:
    grown(tmp_path, 3)
    (path,) = (tmp_path / "anchors").glob("*.jsonl")
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(lines[0] + lines[2])
    (problem,) = verified(tmp_path).problems
    assert (problem.kind, problem.segment, problem.position) == ("missing", "anchors", 2)


def test_a_witness_remembers_what_the_node_forgot(tmp_path: Path) -> None:
    node, witness = tmp_path / "node", tmp_path / "witness"
    grown(node, 3)
    lines = list(anchor_lines(node))
    assert accept_anchors(witness, node="minhai", key=PUBLIC, lines=lines) == 3
    assert accept_anchors(witness, node="minhai", key=PUBLIC, lines=lines) == 0
    shutil.rmtree(node)
    grown(node, 2)  # the same node, its history written anew
    kept = (witness / "witness" / "minhai.jsonl").read_bytes().splitlines()
    problems = verify_folder(node, key=PUBLIC, witnessed=kept).problems
    assert {(p.kind, p.position) for p in problems} == {
        ("forged", 0), ("forged", 1), ("missing", 2),
    }  # fmt: skip
    with pytest.raises(AnchorsRefused, match="differs from the one that node showed before"):
        accept_anchors(witness, node="minhai", key=PUBLIC, lines=list(anchor_lines(node)))


def test_a_witness_refuses_gaps_other_keys_and_noise(tmp_path: Path) -> None:
    node = tmp_path / "node"
    grown(node, 3)
    lines = list(anchor_lines(node))
    accept_anchors(tmp_path, node="minhai", key=PUBLIC, lines=lines[:1])
    with pytest.raises(AnchorsRefused, match="does not continue number 0"):
        accept_anchors(tmp_path, node="minhai", key=PUBLIC, lines=lines[2:])
    with pytest.raises(AnchorsRefused, match="not by the key"):
        accept_anchors(tmp_path, node="minhai", key=bytes(32), lines=lines[1:])
    with pytest.raises(AnchorsRefused, match="not an anchor"):
        accept_anchors(tmp_path, node="minhai", key=PUBLIC, lines=[b'{"number": 4}'])


@quickly
@given(cut=st.integers(1, 400))
def test_a_torn_last_line_is_reported_then_set_aside(model: Path, copy: Path, cut: int) -> None:
    shutil.rmtree(copy, ignore_errors=True)
    path = written_segment(copy, 3)
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join(lines)[:-cut])
    (problem,) = verified(copy).problems
    assert (problem.kind, problem.position) == ("torn", 2)
    ((segment, torn),) = mend_segments(copy)
    assert (segment, torn) == (path.stem, lines[2][:-cut])
    assert verified(copy).ok
    if cut == 1:  # only its end was lost
        assert verified(copy).entries == 3
    else:
        assert path.with_suffix(".torn").read_bytes() == torn + b"\n"
    writer = SegmentWriter(copy)
    assert writer.append([draft(9)])[0].position == (3 if cut == 1 else 2)
    writer.close()
    assert verified(copy).ok


def test_many_threads_share_one_chain_and_few_writes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    syncs: list[int] = []
    fdatasync = os.fdatasync

    def counted(descriptor: int) -> None:
        syncs.append(descriptor)
        fdatasync(descriptor)

    monkeypatch.setattr(os, "fdatasync", counted)
    writer = SegmentWriter(tmp_path)
    start = threading.Barrier(16)

    def work() -> None:
        start.wait()
        for number in range(25):
            place = writer.append([draft(number)])[0]
            assert read_line_at(tmp_path, place.segment, place.offset).position == place.position

    threads = [threading.Thread(target=work) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    writer.close()
    assert verified(tmp_path) == Verification(entries=400, segments=1, anchors=0)
    assert len(syncs) < 400


def test_two_writers_never_share_a_segment_and_the_next_goes_on_with_a_free_one(
    tmp_path: Path,
) -> None:
    first, second = SegmentWriter(tmp_path), SegmentWriter(tmp_path)
    places = [writer.append([draft()])[0] for writer in (first, second)]
    assert places[0].segment != places[1].segment
    first.close()
    third = SegmentWriter(tmp_path)
    assert third.append([draft()])[0].segment == places[0].segment
    assert len(segment_paths(tmp_path)) == 2
    second.close()
    third.close()
    assert verified(tmp_path).ok


def test_a_segment_that_lost_anchored_entries_is_left_as_evidence(model: Path, copy: Path) -> None:
    path, lines = fresh(model, copy)
    path.write_bytes(b"".join(lines[:-1]))
    writer = SegmentWriter(copy, may_continue=continues_anchors(copy))
    assert writer.append([draft()])[0].segment != path.stem
    writer.close()
    (problem,) = verified(copy).problems
    assert (problem.kind, problem.position) == ("missing", ENTRIES - 1)


def test_after_a_failed_write_the_next_one_is_sound(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    writer = SegmentWriter(tmp_path)
    writer.append([draft(0)])

    def fail(descriptor: int) -> None:
        raise OSError(5, "Input/output error")

    with monkeypatch.context() as broken:
        broken.setattr(os, "fdatasync", fail)
        with pytest.raises(LedgerUnwritable, match="Input/output error"):
            writer.append([draft(1)])
    writer.append([draft(2)])
    writer.close()
    assert verified(tmp_path).ok


def test_anchors_count_on_over_several_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("yitang.ground.ledger.rules.anchors.PER_FILE", 2)
    other = SegmentWriter(tmp_path)
    other.append([draft()])
    grown(tmp_path, 5)
    other.close()
    assert len(list((tmp_path / "anchors").glob("*.jsonl"))) == 3
    assert verified(tmp_path).ok
    assert verified(tmp_path).anchors == 5


def test_the_merkle_root_depends_on_every_leaf_and_their_order() -> None:
    leaves = [bytes([n]) for n in range(5)]
    roots = {merkle_root(leaves[:n]) for n in range(6)} | {merkle_root(leaves[::-1])}
    assert len(roots) == 7


def test_details_open_only_for_their_entry_and_while_the_year_has_its_secret(
    tmp_path: Path,
) -> None:
    def opened(subject: str = "s", entry_id: str = "e") -> dict[str, str] | None:
        return unseal(secret, keys=tmp_path, subject=subject, entry_id=entry_id)

    secret = seal({"a": "b"}, keys=tmp_path, year=AT.year, subject="s", entry_id="e")
    assert opened() == {"a": "b"}
    assert opened(subject="other") is None
    assert opened(entry_id="other") is None
    assert seal({}, keys=tmp_path, year=AT.year, subject="s", entry_id="e") == ""
    (tmp_path / str(AT.year)).unlink()
    assert opened() is None


def test_lines_come_with_their_offsets(tmp_path: Path) -> None:
    path = written_segment(tmp_path, 3)
    rows = list(whole_lines(path))
    assert list(whole_lines(path, offset=rows[1][0])) == rows[1:]
