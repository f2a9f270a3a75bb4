"""Segment files: one open segment per process, one fsync for many threads.

A process takes a segment that no living process holds (by ``flock``) or starts a new one,
so their number stays that of the processes at work at once. A last line that a crash tore
off is set aside in ``<segment>.torn`` before anything is appended: it was never confirmed.
"""

from __future__ import annotations

import errno
import fcntl
import os
import secrets
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from yitang.ground.base.ids import uuid7
from yitang.ground.ledger.errors import LedgerFull, LedgerUnwritable

from .entries import GENESIS, HASH_LENGTH, Draft, Line, LineUnreadable, Place, line_of, parse_line

SUFFIX = ".jsonl"
# A segment larger than this takes no more entries; a new one is started.
SEGMENT_BYTES = 64 * 2**20

TAIL_BYTES = 16 * 1024

# Whether entries may be appended after the lines a segment holds: name, hashes -> bool.
MayContinue = Callable[[str, Sequence[str]], bool]


def segment_paths(folder: Path) -> list[Path]:
    """Every segment under the ledger's folder, oldest first (names begin with a time)."""
    return sorted((folder / "segments").glob(f"*{SUFFIX}"))


def segment_path(folder: Path, segment: str) -> Path:
    return folder / "segments" / f"{segment}{SUFFIX}"


def whole_lines(path: Path, *, offset: int = 0) -> Iterator[tuple[int, bytes]]:
    """Offset and bytes (end taken off) of each complete line from ``offset`` on."""
    with path.open("rb") as file:
        file.seek(offset)
        for line in file:
            if not line.endswith(b"\n"):
                return
            yield offset, line[:-1]
            offset += len(line)


def read_line_at(folder: Path, segment: str, offset: int) -> Line:
    """The entry whose line starts at ``offset``; raises ``LineUnreadable``."""
    try:
        with segment_path(folder, segment).open("rb") as file:
            file.seek(offset)
            return parse_line(file.readline().removesuffix(b"\n"))
    except FileNotFoundError:
        raise LineUnreadable from None


def is_held(path: Path) -> bool:
    """Whether a living process has the segment open for writing."""
    with path.open("rb") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


def torn_tail(path: Path) -> bytes:
    """What follows the last complete line; empty in a sound segment."""
    return _tail(path, ends=1).rpartition(b"\n")[2]


def last_line(path: Path) -> bytes:
    """The last complete line, its end taken off; empty if there is none."""
    return _tail(path, ends=2).rpartition(b"\n")[0].rpartition(b"\n")[2]


def _tail(path: Path, *, ends: int) -> bytes:
    """The end of the file, as much of it as holds ``ends`` line ends."""
    with path.open("rb") as file:
        start, tail = file.seek(0, os.SEEK_END), b""
        while start and tail.count(b"\n") < ends:
            size = min(start, TAIL_BYTES)
            start -= size
            file.seek(start)
            tail = file.read(size) + tail
    return tail


def mend_torn_tail(path: Path, descriptor: int) -> bytes:
    """Set a torn last line aside (or end it, if it only lacks its end); returns its bytes.

    ``descriptor`` is open for writing and locked by the caller.
    """
    torn = torn_tail(path)
    if not torn:
        return b""
    if _is_complete(torn):
        os.lseek(descriptor, 0, os.SEEK_END)
        _write_all(descriptor, b"\n")
    else:
        with path.with_suffix(".torn").open("ab") as aside:
            aside.write(torn + b"\n")
            aside.flush()
            os.fsync(aside.fileno())
        os.ftruncate(descriptor, path.stat().st_size - len(torn))
    os.fsync(descriptor)
    return torn


def mend_segments(folder: Path) -> list[tuple[str, bytes]]:
    """Mend every torn segment that no living process holds: its name, the torn bytes."""
    mended: list[tuple[str, bytes]] = []
    for path in segment_paths(folder):
        descriptor = _lock(path)
        if descriptor is None:
            continue
        try:
            if torn := mend_torn_tail(path, descriptor):
                mended.append((path.stem, torn))
        finally:
            os.close(descriptor)
    return mended


@dataclass(slots=True)
class _Request:
    drafts: Sequence[Draft]
    places: list[Place] = field(default_factory=list[Place])
    error: Exception | None = None
    is_done: bool = False


@dataclass(slots=True)
class _Open:
    """The segment this process writes to, and where its chain stands."""

    path: Path
    descriptor: int
    size: int
    position: int = 0
    previous: str = GENESIS
    after: str = ""


class SegmentWriter:
    """Appends entries to this process's segment; threads that wait share one fsync.

    The first thread to find nobody writing writes for all who wait. After a failed write
    the segment is left as it is and another one is used: complete lines in it stay entries.
    """

    def __init__(self, folder: Path, *, may_continue: MayContinue | None = None) -> None:
        self.folder = folder
        self._may_continue = may_continue or (lambda segment, hashes: True)
        self._turn = threading.Condition()
        self._waiting: list[_Request] = []
        self._is_writing = False
        self._open: _Open | None = None

    def append(self, drafts: Sequence[Draft]) -> list[Place]:
        """Return when ``drafts`` are on the disk, with their places.

        Raises ``LedgerFull`` or ``LedgerUnwritable``; none of them is confirmed then.
        """
        request = _Request(drafts)
        batch: list[_Request] = []
        with self._turn:
            self._waiting.append(request)
            while self._is_writing and not request.is_done:
                self._turn.wait()
            if not request.is_done:
                batch, self._waiting, self._is_writing = self._waiting, [], True
        if batch:
            self._write_for(batch)
        if request.error:
            raise request.error
        return request.places

    def close(self) -> None:
        """Give the segment back, so that another process may go on with it."""
        with self._turn:
            while self._is_writing:
                self._turn.wait()
            self._drop()

    def _write_for(self, batch: list[_Request]) -> None:
        failure: Exception = LedgerUnwritable(folder=self.folder, problem="it was interrupted")
        try:
            self._write(batch)
        except OSError as error:
            failure = _explained(error, self.folder)
        finally:
            with self._turn:
                for request in batch:
                    if not request.is_done:
                        request.error, request.is_done = failure, True
                self._is_writing = False
                self._turn.notify_all()

    def _write(self, batch: list[_Request]) -> None:
        if self._open is None or self._open.size > SEGMENT_BYTES:
            self._drop()
            self._open = self._take() or self._start()
        segment, lines = self._open, list[bytes]()
        self._open = None  # put back only when all is on the disk
        try:
            size, position = segment.size, segment.position
            previous, after = segment.previous, segment.after
            for request in batch:
                for draft in request.drafts:
                    line, digest = line_of(draft, position=position, previous=previous, after=after)
                    request.places.append(Place(segment.path.stem, position, size, digest))
                    lines.append(line)
                    size, position, previous, after = (
                        size + len(line),
                        position + 1,
                        digest,
                        draft.id,
                    )
            _write_all(segment.descriptor, b"".join(lines))
            os.fdatasync(segment.descriptor)
        except BaseException:
            os.close(segment.descriptor)
            raise
        segment.size, segment.position = size, position
        segment.previous, segment.after = previous, after
        self._open = segment
        for request in batch:
            request.is_done = True

    def _take(self) -> _Open | None:
        """A segment nobody holds, mended, whose lines may be continued."""
        for path in reversed(segment_paths(self.folder)):
            if path.stat().st_size > SEGMENT_BYTES or (descriptor := _lock(path)) is None:
                continue
            mend_torn_tail(path, descriptor)
            end = _end_of(path)
            if end is not None and self._may_continue(path.stem, end.hashes):
                os.lseek(descriptor, 0, os.SEEK_END)
                return _Open(path, descriptor, end.size, len(end.hashes), end.previous, end.after)
            os.close(descriptor)
        return None

    def _start(self) -> _Open:
        folder = self.folder / "segments"
        folder.mkdir(parents=True, exist_ok=True)
        name = f"{uuid7().hex[:12]}-{os.getpid()}-{secrets.token_hex(3)}{SUFFIX}"
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND
        descriptor = os.open(folder / name, flags, 0o640)
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        _sync_folder(folder)
        return _Open(folder / name, descriptor, 0)

    def _drop(self) -> None:
        if self._open is not None:
            os.close(self._open.descriptor)
            self._open = None


@dataclass(frozen=True, slots=True)
class _End:
    size: int
    hashes: list[str]
    previous: str
    after: str


def _end_of(path: Path) -> _End | None:
    """Where the chain of a mended segment stands; ``None`` when its last line is no entry."""
    size, hashes, last = 0, list[str](), b""
    for offset, raw in whole_lines(path):
        hashes.append(raw[:HASH_LENGTH].decode("ascii", "replace"))
        size, last = offset + len(raw) + 1, raw
    if not hashes:
        return _End(0, [], GENESIS, "")
    try:
        line = parse_line(last)
    except LineUnreadable:
        return None
    is_in_place = line.is_sound and line.position == len(hashes) - 1
    return _End(size, hashes, line.written, line.id) if is_in_place else None


_writers: dict[tuple[int, Path], SegmentWriter] = {}
_writers_lock = threading.Lock()


def segment_writer(folder: Path, *, may_continue: MayContinue | None = None) -> SegmentWriter:
    """The one writer of this process for ``folder``; a forked child gets its own."""
    with _writers_lock:
        key = (os.getpid(), folder)
        if key not in _writers:
            _writers[key] = SegmentWriter(folder, may_continue=may_continue)
        return _writers[key]


def close_writers() -> None:
    """Give back every segment of this process."""
    with _writers_lock:
        for key in [key for key in _writers if key[0] == os.getpid()]:
            _writers.pop(key).close()


def _lock(path: Path) -> int | None:
    descriptor = os.open(path, os.O_WRONLY | os.O_APPEND)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        return None
    return descriptor


def _is_complete(torn: bytes) -> bool:
    try:
        return parse_line(torn).is_sound
    except LineUnreadable:
        return False


def _write_all(descriptor: int, content: bytes) -> None:
    view = memoryview(content)
    while view:
        view = view[os.write(descriptor, view) :]


def _sync_folder(folder: Path) -> None:
    """Make a new file's name durable, not only its content."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _explained(error: OSError, folder: Path) -> Exception:
    if error.errno in {errno.ENOSPC, errno.EDQUOT}:
        return LedgerFull(folder=folder)
    return LedgerUnwritable(folder=folder, problem=error.strerror or type(error).__name__)
