"""Several files packed into one: those with the same columns are one delivery."""

from __future__ import annotations

import hashlib
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path, PurePosixPath

from yitang.data.collection.errors import ArchiveRefused
from yitang.data.collection.rules.columns import folded
from yitang.ground.base.text import Message

from .delivery import Chunk, Delivery
from .limits import ARCHIVE_MARK, Limits, member_blocks, open_archive, parts_of, unpack_gzip
from .spool import Folder

GZIP_MARK = b"\x1f\x8b"
MOST_TABLES = 200
_UTF8_NAME = 0x800

Reader = Callable[[Path, str], Delivery]


def zip_delivery(
    path: Path,
    *,
    name: str,
    read: Reader,
    limits: Limits,
    expected: frozenset[str] = frozenset(),
) -> Delivery:
    """The members of a ZIP that have the columns of the one that fits best; others are named.

    ``read`` opens one unpacked member. Raises ``ArchiveRefused``, and what reading a member
    raises.
    """
    folder = Folder()
    with open_archive(path, name=name, limits=limits) as archive:
        members = [member for member in archive.infolist() if _is_table(member)]
    if not members:
        raise ArchiveRefused(file=name, problem=Message("collection.why", "it holds no file"))
    if len(members) > MOST_TABLES:
        raise ArchiveRefused(
            file=name,
            problem=Message(
                "collection.why", "it holds more than {most} files", {"most": MOST_TABLES}
            ),
        )
    parts = []
    for at, member in enumerate(members):
        kept = folder.path / str(at)
        with kept.open("wb") as file:
            for block in member_blocks(path, member, name=name):
                file.write(block)
        parts.append(_member(kept, _name_of(member), name, read))
    first = max(parts, key=lambda part: sum(folded(column) in expected for column in part.columns))
    same = [part for part in parts if _folded(part) == _folded(first)]
    understood = dict(first.understood) | {"files": ", ".join(part.name for part in same)}
    if others := [part.name for part in parts if part not in same]:
        understood["files_left_out"] = ", ".join(others)
    digest = hashlib.sha256("".join(part.digest for part in same).encode()).hexdigest()

    def chunks(_folder: Folder = folder) -> Iterator[Chunk]:
        for part in same:
            for chunk in part.chunks():
                sheet = f"{part.name}/{chunk.sheet}" if chunk.sheet else part.name
                frame = chunk.frame.rename(
                    dict(zip(part.columns, first.columns, strict=True)), strict=False
                )
                yield replace(chunk, rows=frame, sheet=sheet)

    long_numbers = [
        replace(one, sheet=f"{part.name}/{one.sheet}", column=first.columns[at])
        for part in same
        for one in part.long_numbers
        for at in [part.columns.index(one.column)]
    ]
    return Delivery(name, "zip", digest, first.columns, chunks, understood, tuple(long_numbers))


def gzip_delivery(path: Path, *, name: str, read: Reader, limits: Limits) -> Delivery:
    """The one file that a gzip file holds."""
    folder = Folder()
    kept = folder.path / "0"
    unpack_gzip(path, kept, name=name, limits=limits)
    inner = _member(kept, name.removesuffix(".gz"), name, read)

    def chunks(_folder: Folder = folder) -> Iterator[Chunk]:
        return inner.chunks()

    return replace(inner, name=name, chunks=chunks)


def _member(kept: Path, inner: str, name: str, read: Reader) -> Delivery:
    with kept.open("rb") as file:
        head = file.read(8)
    if head.startswith(GZIP_MARK) or (
        head.startswith(ARCHIVE_MARK) and "[Content_Types].xml" not in parts_of(kept)
    ):
        raise ArchiveRefused(
            file=name,
            problem=Message("collection.why", "{inner} in it is an archive too", {"inner": inner}),
        )
    return read(kept, inner)


def _is_table(member: zipfile.ZipInfo) -> bool:
    """Not a folder, nor what some programs put beside the files."""
    path = PurePosixPath(_name_of(member))
    return not (member.is_dir() or path.name.startswith(".") or "__MACOSX" in path.parts)


def _name_of(member: zipfile.ZipInfo) -> str:
    """The member's name; those without the UTF-8 mark are GBK in Chinese archives."""
    if member.flag_bits & _UTF8_NAME:
        return member.filename
    try:
        return member.filename.encode("cp437").decode("gb18030")
    except UnicodeError:
        return member.filename


def _folded(part: Delivery) -> list[str]:
    return [folded(column) for column in part.columns]
