"""A folder into which a department puts files: each is taken once, when it has come whole."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from datetime import datetime
from functools import partial
from pathlib import Path

from yitang.data.collection.connectors.delivery import file_digest
from yitang.data.collection.errors import ColumnsDrifted, FileUnreadable
from yitang.data.collection.models import Batch, Source, TakenFile
from yitang.data.collection.rules import Receipt
from yitang.ground.base.errors import DomainError
from yitang.ground.base.text import Message
from yitang.ground.organisations.api import User

from .gathering import gather_file

TAKEN, REFUSED = "taken", "refused"  # folders inside the watched one
SETTLING = 2.0  # seconds in which a file that has come whole does not change
_ARRIVING = (".part", ".tmp", ".crdownload", ".filepart", "~")


def gather_folder(
    *,
    source: Source,
    actor: User,
    at: datetime,
    settle: Callable[[], None] | None = None,
) -> list[Receipt]:
    """Hand in every file of a watched folder that has come whole and was not taken before.

    A receipted file is moved into ``taken`` beside the others, one that cannot be read into
    ``refused`` with the sentence in a text file; it does not stop the others. Where the folder
    cannot be written, files stay, and are known by name and digest all the same. One whose
    columns are not as they were stays until that is decided; it is raised at the end.
    """
    folder = Path(source.location)
    files_in(folder)
    receipts = list[Receipt]()
    stopped: ColumnsDrifted | None = None
    for path in _settled(folder, settle or partial(time.sleep, SETTLING)):
        digest = file_digest(path)
        known = TakenFile.objects.filter(source=source, name=path.name[:255], digest=digest)
        if known.exists():
            continue
        try:
            receipt = gather_file(
                dataset=source.dataset,
                path=path,
                actor=actor,
                at=at,
                mapping=source.mapping,
                table=source.table,
                by_key=source.mode == "key",
                fewer="stop",
            )
        except ColumnsDrifted as error:
            stopped = stopped or error  # it stays, and is taken once somebody decided
            continue
        except DomainError as error:
            _note(source, path, digest, at, problem=str(error))
            _put_away(path, folder / REFUSED, at, said=str(error))
            continue
        batch = Batch.objects.get(number=receipt.number)
        _note(source, path, digest, at, batch=batch)
        _put_away(path, folder / TAKEN, at)
        receipts.append(receipt)
    if stopped is not None:
        raise stopped
    return receipts


def files_in(folder: Path) -> list[Path]:
    """Files of a watched folder that wait or arrive, in the order of their names."""
    if not folder.is_dir():
        raise FileUnreadable(
            file=str(folder), problem=Message("collection.why", "there is no such folder")
        )
    return [path for path in sorted(folder.iterdir()) if _is_candidate(path)]


def _settled(folder: Path, settle: Callable[[], None]) -> Iterator[Path]:
    """Files that do not change between two looks at them."""
    before = {path: _state(path) for path in files_in(folder)}
    if before:
        settle()
    for path, state in before.items():
        if path.is_file() and _state(path) == state:
            yield path


def _is_candidate(path: Path) -> bool:
    arriving = path.name.startswith(".") or path.name.endswith(_ARRIVING)
    return path.is_file() and not path.is_symlink() and not arriving


def _state(path: Path) -> tuple[int, int]:
    about = path.stat()
    return about.st_size, about.st_mtime_ns


def _note(
    source: Source,
    path: Path,
    digest: str,
    at: datetime,
    *,
    batch: Batch | None = None,
    problem: str = "",
) -> None:
    TakenFile.objects.get_or_create(
        source=source,
        name=path.name[:255],
        digest=digest,
        defaults={"batch": batch, "problem": problem[:500], "at": at},
    )


def _put_away(path: Path, folder: Path, at: datetime, *, said: str = "") -> None:
    """Move a file aside under its own name, dated where that name is taken."""
    try:
        folder.mkdir(exist_ok=True)
        target = folder / path.name
        if target.exists():
            target = folder / f"{at:%Y%m%dT%H%M%S}-{path.name}"
        os.replace(path, target)
        if said:
            target.with_name(f"{target.name}.txt").write_text(f"{said}\n", encoding="utf-8")
    except OSError:
        return  # the folder may be read-only; what was taken is known by its digest
