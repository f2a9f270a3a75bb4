"""A portal's record becomes an entry of ours, or is rejected with the reason."""

from __future__ import annotations

import hashlib
import html
import json
import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import date
from urllib.parse import urlsplit

from yitang.ground.base.text import Message
from yitang.ground.language.rules import pinyin

from .entries import DatasetSpec, ItemSpec
from .lists import SharingClass
from .mapping import EMPTY, as_text
from .wording import Openness, cycle_of, date_of, formats_of, openness_of, sharing_of

NAME_LENGTH = 128
ABSTRACT_LENGTH = 1000
# Kept with the record under these names; an entry has no field for them.
KEPT = ("identifier", "theme", "industry", "keywords", "issued", "modified", "rows", "contact",
        "phone", "email", "page", "region", "licence", "version", "scene")  # fmt: skip
# What stands for an answer that nobody gave; each use is counted and told.
UNSTATED_CONDITION = "门户未说明共享条件，由提供单位确认"
_TAG = re.compile(r"<[a-zA-Z/!][^>]{0,200}>")
_SPLIT = re.compile(r"[,，、;；|\n\t]+")


@dataclass(frozen=True, slots=True)
class Doubt:
    """Something a record says that is not known; an answer to ``key`` settles it for all alike."""

    key: str
    said: str
    taken_for: str


@dataclass(frozen=True, slots=True)
class Reading:
    """One record as read: an entry (owner still in the portal's words), or a reason against it."""

    number: int
    key: str = ""
    name: str = ""
    department: str = ""
    modified: date | None = None
    spec: DatasetSpec | None = None
    kept: Mapping[str, str] = field(default_factory=dict[str, str])
    doubts: tuple[Doubt, ...] = ()
    rejected: Message | None = None


def read_record(
    number: int,
    values: Mapping[str, object],
    mapping: Mapping[str, str],
    answers: Mapping[str, str],
) -> Reading:
    """What one record says, by the mapping of its fields and the answers given so far."""
    said = _by_target(values, mapping)
    name = plain_text(said.get("name", ""))
    department = plain_text(said.get("organisation", ""))
    department = department or answers.get("organisation") or answers.get("department", "")
    base = Reading(number, name=name, department=department)
    if not name:
        return replace(base, rejected=Message("catalogue.rejected.no_name", "it has no name"))
    if not department:
        return replace(
            base, rejected=Message("catalogue.rejected.no_department", "it names no department")
        )
    doubts: list[Doubt] = []
    try:
        spec = _spec(name, said, answers, doubts)
    except _Rejected as error:
        return replace(base, rejected=error.reason)
    kept = {target: as_text(said[target])[:2000] for target in KEPT if said.get(target)}
    for target in ("issued", "modified"):
        if day := date_of(said.get(target, "")):
            kept[target] = day.isoformat()
    return replace(
        base, spec=spec, kept=kept, doubts=tuple(doubts),
        modified=date_of(said.get("modified", "")) or date_of(said.get("issued", "")),
    )  # fmt: skip


class _Rejected(Exception):
    def __init__(self, reason: Message) -> None:
        super().__init__(str(reason))
        self.reason = reason


def _by_target(values: Mapping[str, object], mapping: Mapping[str, str]) -> dict[str, object]:
    """Target to value; of several fields for one target the first that is filled."""
    said: dict[str, object] = {}
    for name, target in mapping.items():
        value = values.get(name)
        if target and target not in said and as_text(value).lower() not in EMPTY:
            said[target] = value
    return said


def _spec(
    name: str, said: Mapping[str, object], answers: Mapping[str, str], doubts: list[Doubt]
) -> DatasetSpec:
    renewed = said.get("update_cycle")
    cycle = _known("cycle", renewed, cycle_of, "irregular", answers, doubts)
    open_, opening, class_, condition, basis = _terms(said, answers, doubts)
    abstract = plain_text(said.get("abstract", ""))
    grade = re.search(r"[1-5]", _digits(as_text(said.get("grade", ""))))
    return DatasetSpec(
        code="",
        name=_cut(name, NAME_LENGTH, doubts, "name"),
        organisation="",
        abstract=_cut(abstract, ABSTRACT_LENGTH, doubts, "abstract"),
        classification="3",
        resource_code=as_text(said.get("resource_code", ""))[:64],
        sharing_class=class_,
        sharing_condition=condition[:500],
        legal_basis=basis[:500],
        update_cycle=cycle,
        grade=int(grade.group()) if grade else 3,
        open=open_,
        opening_condition=opening[:500],
        format=_known("format", said.get("format"), _best_format, "spreadsheet", answers, doubts),
        items=_items(said.get("items")),
    )  # fmt: skip


def _known(
    key: str, value: object, read: Callable[[str], str | None], default: str,
    answers: Mapping[str, str], doubts: list[Doubt],
) -> str:  # fmt: skip
    """What a word means: as answered, as read, as answered for all, or the default with a doubt."""
    text = as_text(value)
    if answered := answers.get(f"{key}:{text}"):
        return answered
    if text.lower() not in EMPTY and (found := read(text)):
        return found
    if answered := answers.get(key):
        return answered
    doubts.append(Doubt(f"{key}:{text[:60]}" if text else key, text[:60], default))
    return default


def _best_format(text: str) -> str | None:
    return next(iter(formats_of(text)), None)


def _terms(
    said: Mapping[str, object], answers: Mapping[str, str], doubts: list[Doubt]
) -> tuple[bool, str, int, str, str]:
    """Open or not and on what condition; sharing class, its condition, its legal basis.

    Decree 809, Art 14 knows the sharing class; portals mostly say openness alone. What anyone
    may fetch is shared unconditionally; what is open on a condition is shared on that condition.
    A refusal must name its law (Art 14), which no portal gives: it is asked for.
    """
    word = as_text(said.get("openness", ""))
    given = plain_text(said.get("opening_condition", ""))
    openness = _known("openness", said.get("openness"), openness_of, "conditional", answers, doubts)
    condition = given or plain_text(word)
    is_open = openness != Openness.CLOSED
    opening = condition if openness == Openness.CONDITIONAL else ""
    shared = sharing_of(said.get("sharing", "")) if said.get("sharing") else None
    stated = plain_text(said.get("sharing_condition", ""))
    if shared is None:
        shared = (
            SharingClass.UNCONDITIONAL if openness == Openness.OPEN else SharingClass.CONDITIONAL
        )
        stated = stated or opening or plain_text(word)
    if shared == SharingClass.UNCONDITIONAL:
        return is_open, opening, 1, "", ""
    if shared == SharingClass.NOT_SHARED:
        basis = stated or answers.get("legal_basis", "")
        if not basis:
            raise _Rejected(
                Message(
                    "catalogue.rejected.no_legal_basis",
                    "it is not shared and names no law that forbids it (answer legal_basis)",
                )
            )
        return False, "", 3, "", basis
    return is_open, opening, 2, stated or answers.get("condition", UNSTATED_CONDITION), ""


def _items(value: object) -> tuple[ItemSpec, ...]:
    """Data items from a list of their names; ``()`` where the field holds prose instead."""
    parts = value if isinstance(value, list) else _SPLIT.split(as_text(value))
    labels = list(dict.fromkeys(plain_text(part) for part in parts if as_text(part)))
    if not 1 < len(labels) <= 500 or any(len(label) > 40 for label in labels):
        return ()
    names: dict[str, ItemSpec] = {}
    for label in labels:
        name = _item_name(label)
        if name in names:
            name = f"{name[:55]}_{len(names) + 1}"
        names[name] = ItemSpec(name=name, label=label)
    return tuple(names.values())


def _item_name(label: str) -> str:
    spelled = pinyin(unicodedata.normalize("NFKC", label)).lower()
    name = re.sub(r"[^a-z0-9]+", "_", spelled).strip("_")[:58]
    return name if name[:1].isalpha() else f"x_{name}"[:58]


def plain_text(value: object) -> str:
    """A text without markup, entities and line ends."""
    text = html.unescape(_TAG.sub(" ", as_text(value)))
    return " ".join(text.replace("\0", "").split())


def _digits(text: str) -> str:
    return text.translate(str.maketrans("一二三四五", "12345"))


def _cut(text: str, length: int, doubts: list[Doubt], field_name: str) -> str:
    if len(text) <= length:
        return text
    doubts.append(Doubt(f"cut:{field_name}", "", f"{length}"))
    return f"{text[: length - 1]}…"


# Which records are the same, and which of them is taken


def with_keys(readings: Sequence[Reading], *, source: str = "") -> list[Reading]:
    """Every reading with the key under which it is found again in the next file.

    The portal's own number, if nearly every record has one of its own; else its page; else title
    and department. Numbers and pages belong to ``source``, or to the host that most pages share.
    """
    taken = [reading for reading in readings if reading.spec is not None]
    place = source or _host(taken)
    by = next(
        (
            name
            for name in ("identifier", "page")
            if _tells_apart(taken, name) and (place or name == "page")
        ),
        "",
    )
    return [
        replace(reading, key=_key(reading, by, place)) if reading.spec is not None else reading
        for reading in readings
    ]


def _tells_apart(readings: Sequence[Reading], name: str) -> bool:
    values = [reading.kept[name] for reading in readings if reading.kept.get(name)]
    return (
        bool(values)
        and len(values) >= 0.9 * len(readings)
        and len(set(values)) >= 0.5 * len(values)
    )


def _host(readings: Sequence[Reading]) -> str:
    hosts = [
        urlsplit(page).hostname or "" for r in readings[:2000] if (page := r.kept.get("page", ""))
    ]
    return max(set(hosts), key=hosts.count) if hosts else ""


def _key(reading: Reading, by: str, place: str) -> str:
    if by and reading.kept.get(by):
        return f"{by}|{place if by == 'identifier' else ''}|{reading.kept[by]}"
    return f"title|{_folded(reading.department)}|{_folded(reading.name)}"


def without_repeats(readings: Sequence[Reading]) -> list[Reading]:
    """Of records with one key, and of records that say the same of the same, the latest is taken.

    Two records say the same if title, department, abstract and format agree, though the portal
    numbers them apart: it listed the dataset anew. The same title alone is not enough.
    """
    result = list(readings)
    for same in (lambda r: r.key, _content):
        latest: dict[str, int] = {}
        for at, reading in enumerate(result):
            if reading.spec is None or reading.rejected is not None:
                continue
            before = latest.setdefault(same(reading), at)
            if before == at:
                continue
            keep, drop = (at, before) if _later(reading, result[before]) else (before, at)
            latest[same(reading)] = keep
            said = Message(
                "catalogue.rejected.repeated",
                "it repeats record {number}",
                {"number": result[keep].number},
            )
            result[drop] = replace(result[drop], rejected=said)
    return result


def _later(one: Reading, other: Reading) -> bool:
    return (one.modified or date.min) > (other.modified or date.min)


def _content(reading: Reading) -> str:
    spec = reading.spec
    abstract, kind = (spec.abstract, spec.format) if spec else ("", "")
    return "|".join((_folded(reading.department), _folded(reading.name), _folded(abstract), kind))


def _folded(text: str) -> str:
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text)).lower()


def code_of(reading: Reading) -> str:
    """A code for an entry: initials of its name, and a digest of its key so that it is unique."""
    initials = "".join(
        part[0] for part in pinyin(_folded(reading.name)).split() if part[:1].isalnum()
    )
    letters = re.sub(r"[^a-z0-9]", "", initials.lower())[:20] or "dataset"
    return f"{letters}-{hashlib.sha256(reading.key.encode()).hexdigest()[:10]}"


def digest_of(spec: DatasetSpec, organisation: str) -> str:
    """What tells whether a portal says something new of an entry."""
    text = json.dumps([asdict(spec), organisation], ensure_ascii=False, sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()
