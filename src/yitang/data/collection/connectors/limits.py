"""How much a delivery may unpack to, looked at before anything of it is opened.

A ZIP names the unpacked size of each member in its directory, but may lie; and a reader may
look at another directory than we do. So the directory must be the only one and small, its
sizes must add up to something bearable, and each member is unpacked once into nothing, to see
that it ends where it says.
"""

from __future__ import annotations

import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from yitang.data.collection.errors import ArchiveRefused, FileUnreadable
from yitang.ground.base.text import Message

MEGABYTE = 2**20


@dataclass(frozen=True, slots=True)
class Limits:
    """What one delivery may take: bytes once unpacked, cells of a sheet or a table in a file."""

    unpacked: int = 4096 * MEGABYTE
    cells: int = 16_000_000


UPLOAD = Limits(unpacked=512 * MEGABYTE, cells=4_000_000)
ARCHIVE_MARK = b"PK\x03\x04"
MOST_MEMBERS = 2_000
_MOST_DIRECTORY = 2 * MEGABYTE
# Tables of text shrink to a tenth or a fiftieth, empty formatted cells to a three-hundredth;
# the densest that deflate can do is a thousandth.
_MOST_RATIO = 400
_RATIO_FROM = 64 * MEGABYTE
_END, _LOCATOR_OF_ZIP64 = b"PK\x05\x06", b"PK\x06\x07"
_END_LENGTH, _LOCATOR_LENGTH, _MOST_COMMENT = 22, 20, 65_535
_LOCAL_HEADER = 30
_BLOCK = 2**18
_ENCRYPTED = 0x1


def open_archive(path: Path, *, name: str, limits: Limits) -> zipfile.ZipFile:
    """The archive, once its directory was found bearable.

    Raises ``ArchiveRefused``, and ``FileUnreadable`` for a damaged one.
    """
    with path.open("rb") as file:
        _check_end(file, name)
    try:
        archive = zipfile.ZipFile(path)
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise _damaged(name, str(error)) from None
    try:
        _check_directory(archive.infolist(), path.stat().st_size, name, limits)
    except ArchiveRefused:
        archive.close()
        raise
    return archive


def parts_of(path: Path) -> frozenset[str]:
    """The names of the parts of an archive; none of one that cannot be opened."""
    try:
        with open_archive(path, name=path.name, limits=Limits()) as archive:
            return frozenset(archive.NameToInfo)
    except (ArchiveRefused, FileUnreadable):
        return frozenset()


def member_blocks(path: Path, member: zipfile.ZipInfo, *, name: str) -> Iterator[bytes]:
    """The unpacked content of a member in blocks, never a byte more than the directory says."""
    with path.open("rb") as file:
        file.seek(member.header_offset)
        header = file.read(_LOCAL_HEADER)
        if len(header) < _LOCAL_HEADER or not header.startswith(ARCHIVE_MARK):
            raise _damaged(name)
        file.seek(int.from_bytes(header[26:28], "little"), 1)
        file.seek(int.from_bytes(header[28:30], "little"), 1)
        found, check = 0, 0
        for block in _unpacked(file, member):
            found += len(block)
            if found > member.file_size:
                raise ArchiveRefused(
                    file=name, problem=Message("collection.why", "a part is larger than it says")
                )
            check = zlib.crc32(block, check)
            yield block
    if found != member.file_size or check != member.CRC:
        raise _damaged(name)


def unpack_gzip(path: Path, target: Path, *, name: str, limits: Limits) -> None:
    """Write what a gzip file holds; raises ``ArchiveRefused``."""
    packed, found = max(path.stat().st_size, 1), 0
    unpack = zlib.decompressobj(zlib.MAX_WBITS | 16)
    with path.open("rb") as file, target.open("wb") as kept:
        try:
            for block in _inflated(file.read, unpack):
                found += len(block)
                _check_size(found, packed, name, limits)
                kept.write(block)
        except zlib.error as error:
            raise _damaged(name, str(error)) from None
    if not unpack.eof or unpack.unused_data:
        raise _damaged(name)


def _damaged(name: str, why: str = "its end is missing") -> FileUnreadable:
    return FileUnreadable(
        file=name,
        problem=Message("collection.why", "it is damaged or incomplete ({why})", {"why": why}),
    )


def _check_end(file: IO[bytes], name: str) -> None:
    size = file.seek(0, 2)
    tail_length = min(size, _LOCATOR_LENGTH + _END_LENGTH + _MOST_COMMENT)
    file.seek(size - tail_length)
    tail = file.read(tail_length)
    at = tail.rfind(_END)
    if at < 0 or len(tail) - at < _END_LENGTH:
        raise _damaged(name)
    length, begins, comment = struct.unpack_from("<IIH", tail, at + 12)
    # The directory stands right before the end; an archive that is a part of this one has an
    # end of its own, which is not this one's. A locator before it leads a reader elsewhere.
    is_led_away = tail.startswith(_LOCATOR_OF_ZIP64, max(0, at - _LOCATOR_LENGTH))
    if is_led_away or begins + length != size - tail_length + at:
        if len(tail) - at - _END_LENGTH != comment:
            raise _damaged(name)
        raise ArchiveRefused(
            file=name,
            problem=Message("collection.why", "it has more than one directory, or one too large"),
        )
    if length > _MOST_DIRECTORY:
        raise ArchiveRefused(
            file=name,
            problem=Message(
                "collection.why", "it holds more than {most} parts", {"most": MOST_MEMBERS}
            ),
        )


def _check_directory(
    members: list[zipfile.ZipInfo], packed: int, name: str, limits: Limits
) -> None:
    if len(members) > MOST_MEMBERS:
        raise ArchiveRefused(
            file=name,
            problem=Message(
                "collection.why", "it holds more than {most} parts", {"most": MOST_MEMBERS}
            ),
        )
    for member in members:
        if member.flag_bits & _ENCRYPTED:
            raise ArchiveRefused(
                file=name, problem=Message("collection.why", "it is protected by a password")
            )
        if member.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
            raise ArchiveRefused(
                file=name,
                problem=Message("collection.why", "it is packed in a way that is not read here"),
            )
    _check_size(sum(member.file_size for member in members), packed, name, limits)


def _check_size(unpacked: int, packed: int, name: str, limits: Limits) -> None:
    if unpacked > limits.unpacked:
        problem = Message(
            "collection.why",
            "unpacked it has more than {most} MB",
            {"most": limits.unpacked // MEGABYTE},
        )
        raise ArchiveRefused(file=name, problem=problem)
    if unpacked > _RATIO_FROM and unpacked > _MOST_RATIO * packed:
        problem = Message(
            "collection.why",
            "unpacked it would be {times} times as large",
            {"times": unpacked // max(packed, 1)},
        )
        raise ArchiveRefused(file=name, problem=problem)


def _unpacked(file: IO[bytes], member: zipfile.ZipInfo) -> Iterator[bytes]:
    left = member.compress_size

    def read(size: int) -> bytes:
        nonlocal left
        block = file.read(min(size, left))
        left -= len(block)
        return block

    if member.compress_type == zipfile.ZIP_STORED:
        while block := read(_BLOCK):
            yield block
        return
    unpack = zlib.decompressobj(-zlib.MAX_WBITS)
    try:
        yield from _inflated(read, unpack)
    except zlib.error:
        return  # what is missing is noticed by its size


def _inflated(read: Callable[[int], bytes], unpack: zlib._Decompress) -> Iterator[bytes]:
    """Blocks of bounded size, however densely they are packed."""
    while not unpack.eof:
        packed = unpack.unconsumed_tail or read(_BLOCK)
        block = unpack.decompress(packed, _BLOCK)
        if not packed and not block:
            return
        if block:
            yield block
