"""A folder of files of many datasets: which belongs to which is told before any is taken."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Literal

from yitang.data.catalogue.api import Dataset
from yitang.data.collection.access import check_can_name_places
from yitang.data.collection.connectors import Delivery, file_delivery
from yitang.data.collection.errors import (
    DatasetUnclear,
    FileBelongsNowhere,
    FileLeftOut,
    FileMisnamed,
    FilesReplaceEachOther,
)
from yitang.data.collection.queries import Headings, fitting, headings_of, nearest, own_datasets
from yitang.data.collection.rules import Receipt, clear_fit, expected_labels, named_in
from yitang.ground.base.errors import DomainError
from yitang.ground.base.text import Message
from yitang.ground.organisations.api import User

from .folders import REFUSED, TAKEN, files_in
from .gathering import gather
from .shrinking import Fewer

_LOCKS = "~$"  # how office programs mark a file that is open
_MOST_NAMED = 5  # datasets that one sentence names


@dataclass(frozen=True, slots=True)
class SortedFile:
    """A file of a folder, and the dataset it belongs to or why that cannot be said."""

    path: Path
    dataset: Dataset | None = None
    told_by: Literal["", "name", "columns"] = ""
    problem: DomainError | None = None


def sort_folder(*, folder: Path, actor: User) -> list[SortedFile]:
    """Say of every file in ``folder`` which dataset it belongs to, by name; nothing is taken yet.

    The code or name of an entry in the file's name tells it, else its columns, if one entry
    clearly fits. Raises ``NotAllowed``, and ``FileUnreadable`` for a folder that is not there.
    """
    check_can_name_places(actor)
    files = set(files_in(folder))
    known = headings_of(own_datasets(actor))
    found = [
        _sorted(path, known) if path in files else SortedFile(path, problem=_why_left(path))
        for path in sorted(folder.iterdir())
        if not _is_passed_over(path)
    ]
    return _without_rivals(found, {one.dataset.pk: one for one in known})


def gather_sorted(
    *, file: SortedFile, actor: User, at: datetime, by_key: bool = False, fewer: Fewer = "ask"
) -> Receipt:
    """Take a file that was sorted; raises why it could not be, and what ``gather`` raises."""
    check_can_name_places(actor)
    if file.dataset is None:
        raise file.problem or _nowhere(file.path, None)
    [own] = headings_of([file.dataset])
    delivery = _read(file.path, [own])
    if not own.fits(delivery.columns):
        _check_named_right(file, own, delivery, actor)
    return gather(
        dataset=file.dataset, delivery=delivery, actor=actor, at=at, by_key=by_key, fewer=fewer
    )


def _sorted(path: Path, known: Sequence[Headings]) -> SortedFile:
    codes = {one.dataset.code: one for one in known}
    named = named_in(path.name, [(code, one.dataset.name) for code, one in codes.items()])
    if len(named) == 1:
        return SortedFile(path, codes[named[0]].dataset, "name")
    asked = [codes[code] for code in named] or known
    try:
        columns = _read(path, asked).columns
        return SortedFile(path, _by_columns(path, columns, asked), "columns")
    except DomainError as error:
        return SortedFile(path, problem=error)


def _by_columns(path: Path, columns: Sequence[str], asked: Sequence[Headings]) -> Dataset:
    fits = {one.dataset.code: one for one in fitting(columns, asked)}
    clear = clear_fit({
        code: set(one.match(columns).columns.values()) for code, one in fits.items()
    })  # fmt: skip
    if clear is not None:
        return fits[clear].dataset
    if fits:
        raise DatasetUnclear(file=path.name, datasets=_listed(fits.values()))
    raise _nowhere(path, nearest(columns, asked))


def _nowhere(path: Path, near: tuple[Dataset, Sequence[str]] | None) -> DomainError:
    if near is None:
        problem = Message("collection.why", "no entry has one of its columns")
    else:
        params = {"dataset": near[0].name, "missing": ", ".join(near[1])}
        said = "{dataset} is nearest, of which it lacks {missing}"
        problem = Message("collection.why", said, params)
    return FileBelongsNowhere(file=path.name, problem=problem)


def _without_rivals(found: list[SortedFile], known: dict[int, Headings]) -> list[SortedFile]:
    """Of files that would each replace the whole table of one dataset, none but a lone fit."""
    counts = Counter(
        one.dataset.pk
        for one in found
        if one.dataset is not None and one.dataset.delivery != "added"
    )
    sorted_out = list(found)
    for pk in (pk for pk, files in counts.items() if files > 1):
        fit = [
            place
            for place, one in enumerate(found)
            if one.dataset is not None and one.dataset.pk == pk and _fits(one.path, known[pk])
        ]
        if len(fit) > 1:
            for place in fit:
                others = [found[other].path.name for other in fit if other != place]
                sorted_out[place] = _replaced(found[place], others, known[pk].dataset)
    return sorted_out


def _replaced(one: SortedFile, others: Sequence[str], entry: Dataset) -> SortedFile:
    problem = FilesReplaceEachOther(
        file=one.path.name, others=", ".join(others), dataset=entry.name
    )  # fmt: skip
    return replace(one, dataset=None, told_by="", problem=problem)


def _fits(path: Path, one: Headings) -> bool:
    try:
        return one.fits(_read(path, [one]).columns)
    except DomainError:  # taking it says so
        return False


def _check_named_right(file: SortedFile, own: Headings, delivery: Delivery, actor: User) -> None:
    """Columns that are all another entry's stop no batch of the one in the file's name."""
    others = fitting(delivery.columns, headings_of(own_datasets(actor)))
    if others:
        raise FileMisnamed(
            file=file.path.name, dataset=own.dataset.name, others=_listed(others)
        )  # fmt: skip


def _listed(headings: Iterable[Headings]) -> str:
    entries = [one.dataset for one in headings]
    names = [f"{entry.name} ({entry.code})" for entry in entries[:_MOST_NAMED]]
    return ", ".join([*names, "…"] if len(entries) > _MOST_NAMED else names)


def _read(path: Path, headings: Sequence[Headings]) -> Delivery:
    return file_delivery(
        path,
        expected=expected_labels(item for one in headings for item in one.wanted),
        dates=expected_labels(day for one in headings for day in one.dates),
    )


def _is_passed_over(path: Path) -> bool:
    """Hidden ones, marks of open files, and what a watch put aside: nobody hands these in."""
    aside = path.is_dir() and path.name in {TAKEN, REFUSED}
    return path.name.startswith((".", _LOCKS)) or aside


def _why_left(path: Path) -> DomainError:
    if path.is_dir():
        problem = Message("collection.why", "it is a folder, which is gathered by itself")
    elif path.is_symlink():
        problem = Message("collection.why", "it is a link to a file elsewhere")
    else:
        problem = Message("collection.why", "its name says that it is still arriving")
    return FileLeftOut(file=path.name, problem=problem)
