"""Ledger entries as a person reads them: who, what, why, for which matter."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext, gettext_noop

from yitang.data.catalogue.api import Dataset, dataset, items_of
from yitang.data.catalogue.errors import DatasetUnknown
from yitang.ground.base.errors import NotFound
from yitang.ground.base.ids import Reference
from yitang.ground.casework.api import Case, can_see, case_kinds, case_of_subject
from yitang.ground.ledger.api import LedgerEntry, Problem, ProblemKind
from yitang.ground.organisations.api import User
from yitang.ground.plumbing.api import translated

# What was done, by the action's word; a room without a line here is shown by its own word.
DONE: Mapping[str, str] = {
    "exchange.read": gettext_noop("read your record"),
    "exchange.sought": gettext_noop("looked for your record"),
    "exchange.denied": gettext_noop("asked for your record and was refused"),
    "ledger.read": gettext_noop("looked at this list"),
    "services.open_value": gettext_noop("opened what an application says of you"),
    "services.open_attachment": gettext_noop("opened a file added to an application of yours"),
    "services.open_certificate": gettext_noop("opened your certificate"),
    "hotline.reveal_caller": gettext_noop("looked up who called"),
    "hotline.find_caller": gettext_noop("looked for earlier appeals of your number"),
    "organisations.verify_identity": gettext_noop("verified your account by your identity card"),
    "fusion.open_person": gettext_noop("opened your record in full"),
}

# What verification finds, in words.
KINDS: Mapping[ProblemKind, str] = {
    ProblemKind.CHANGED: gettext_noop("entry changed"),
    ProblemKind.MISSING: gettext_noop("entry missing"),
    ProblemKind.REORDERED: gettext_noop("entry moved"),
    ProblemKind.REPEATED: gettext_noop("entry repeated"),
    ProblemKind.TORN: gettext_noop("torn line"),
    ProblemKind.FORGED: gettext_noop("anchor forged"),
}


@dataclass(frozen=True, slots=True)
class Row:
    """One entry: the sentence of what was done, the names of what was read, the matter."""

    entry: LedgerEntry
    is_mine: bool
    done: str
    dataset: str
    fields: str
    purpose: str
    matter: str
    matter_url: str

    @property
    def is_refused(self) -> bool:
        return self.entry.action.endswith(".denied")


def rows_of(entries: Sequence[LedgerEntry], *, reader: User) -> list[Row]:
    datasets = {code: _dataset(code) for code in {entry.dataset for entry in entries} - {""}}
    matters = {entry.matter: _case(entry.matter) for entry in entries if entry.matter}
    return [
        _row(
            entry,
            datasets.get(entry.dataset),
            matters[entry.matter] if entry.matter else None,
            reader,
        )
        for entry in entries
    ]


def findings(problems: Sequence[Problem]) -> list[tuple[str, Problem]]:
    """Each problem with the word for its kind."""
    return [(gettext(KINDS[problem.kind]), problem) for problem in problems]


def _row(entry: LedgerEntry, about: Dataset | None, case: Case | None, reader: User) -> Row:
    kind = case_kinds().get(case.workflow) if case else None
    labels = {item.name: item.label for item in items_of(about)} if about else {}
    read = [name.strip() for name in (entry.details or {}).get("fields", "").split(",")]
    return Row(
        entry=entry,
        is_mine=entry.actor == str(reader.public_id),
        done=gettext(DONE.get(entry.action, gettext_noop("used your data"))),
        dataset=about.name if about else entry.dataset,
        fields=gettext(", ").join(labels.get(name, name) for name in read if name),
        purpose=entry.purpose,
        matter=f"{translated(kind.label)} {case.number}" if case and kind else "",
        matter_url=kind.url_of(case) if case and kind and can_see(reader, case) else "",
    )


def _dataset(code: str) -> Dataset | None:
    try:
        return dataset(code)
    except DatasetUnknown:
        return None


def _case(matter: Reference) -> Case | None:
    try:
        return case_of_subject(matter)
    except NotFound:
        return None
