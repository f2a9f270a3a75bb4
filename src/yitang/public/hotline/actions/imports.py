"""Files of appeals, with whatever headers they have: taken row by row, once, fast."""

from __future__ import annotations

import hashlib
import json
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path

from django.db import transaction

from yitang.ground.base.text import Message
from yitang.ground.casework.api import open_cases
from yitang.ground.organisations.api import User, check_can
from yitang.ground.plumbing.api import insert_rows
from yitang.public.hotline.connectors import DeliveredRow, read_delivery
from yitang.public.hotline.errors import ColumnUnknown, MappingIncomplete, MappingUnknown
from yitang.public.hotline.models import Answer, Appeal, CallBack, Import, RejectedRow
from yitang.public.hotline.queries import Suggester, Suggestion
from yitang.public.hotline.rules import (
    APPEAL,
    HEADERS,
    PREFIX,
    REQUIRED,
    SAID_FIELDS,
    Basis,
    Draft,
    Receipt,
    RowProblem,
    draft_of_row,
    proposed_mapping,
)

from .arrivals import Arrival
from .counting import observe_facts
from .filing import HotlineCentres, caller_key, new_appeal, words_of

BATCH = 2000
Problem = tuple[int, str, Message]


def import_appeals(
    *,
    path: Path,
    actor: User,
    at: datetime,
    model: Path,
    home: str,
    mapping: Mapping[str, str] | None = None,
    source: str = "",
    is_archive: bool = False,
) -> Receipt:
    """Take the appeals of a CSV file in; accepted + rejected = delivered.

    Columns are mapped by their headers; ``mapping`` (field to header) overrides. A row that is
    wrong is rejected with its reason, the others are taken. What ``source`` delivered before is
    known by its number, or by its content where it has none: the same file again changes
    nothing, a known number with other content is rejected. Goes in batches, each a transaction:
    after a crash the same file may simply be delivered again.

    The limit of an appeal runs from the moment it was filed. One that comes with an answer is
    closed; with ``is_archive`` all of them are, and nobody here has to act. What is past its
    limit as it comes stands in the lists as late, but nobody is warned of each: the receipt
    says how many.
    """
    check_can(actor, "hotline.import", division_code=home)
    start = time.perf_counter()
    headers, digest, rows = read_delivery(path)
    chosen = chosen_mapping(path, headers, mapping or {})
    delivery = _Delivery(source=source, model=model, home=home, actor=actor, at=at)
    delivery.is_archive = is_archive
    read: list[tuple[int, Draft]] = []
    for number, outcome in drafts_of(rows, chosen):
        if isinstance(outcome, Draft):
            read.append((number, outcome))
        else:
            delivery.reject(number, outcome)
    for index in range(0, len(read), BATCH):
        delivery.take(read[index : index + BATCH])
    return delivery.closed(path, digest, chosen, seconds=time.perf_counter() - start)


def chosen_mapping(
    path: Path, headers: Sequence[str], mapping: Mapping[str, str]
) -> dict[str, str]:
    """The proposed mapping with what the operator said; complete and only of real columns."""
    for name, header in mapping.items():
        if name not in HEADERS:
            raise MappingUnknown(field=name, known=", ".join(HEADERS))
        if header not in headers:
            raise ColumnUnknown(field=name, file=path.name, column=header, found=", ".join(headers))
    taken = set(mapping.values())
    proposed = {n: h for n, h in proposed_mapping(headers).items() if h not in taken}
    chosen = proposed | dict(mapping)
    for name in REQUIRED:
        if name not in chosen:
            raise MappingIncomplete(file=path.name, field=name, found=", ".join(headers))
    return {name: chosen[name] for name in HEADERS if name in chosen}


def drafts_of(
    rows: Sequence[DeliveredRow], mapping: Mapping[str, str]
) -> Iterator[tuple[int, Draft | RowProblem]]:
    """Each row's number with its draft, or with what is wrong with it."""
    for row in rows:
        if row.problem:
            yield row.number, row.problem
            continue
        try:
            yield row.number, draft_of_row({n: row.values[h] for n, h in mapping.items()})
        except RowProblem as problem:
            yield row.number, problem


class _Delivery:
    """One file on its way in: what was taken so far, and what was not."""

    def __init__(self, *, source: str, model: Path, home: str, actor: User, at: datetime) -> None:
        self.source, self.home, self.actor, self.at = source, home, actor, at
        self.suggester = Suggester(model=model, home=home, at=at)
        self.centres = HotlineCentres(home)
        self.problems: list[Problem] = []
        self.accepted = self.known = 0
        self.counts: Counter[str] = Counter()
        self.is_archive = False

    def reject(self, row: int, problem: RowProblem) -> None:
        self.problems.append((row, problem.name, problem.message))

    @transaction.atomic
    def take(self, read: Sequence[tuple[int, Draft]]) -> None:
        """Take one batch; rows that are known or contradict are sorted out first."""
        fresh = self._unknown(read)
        texts = [words_of(draft) for draft, _ in fresh]
        places = [
            draft.division or self.suggester.place_of(text)
            for (draft, _), text in zip(fresh, texts, strict=True)
        ]
        suggestions = self.suggester.suggest(
            texts, places=places, labels=[draft.category for draft, _ in fresh]
        )
        arrivals = [
            Arrival(draft, suggestion, self._appeal(draft, digest, suggestion), self.is_archive)
            for (draft, digest), suggestion in zip(fresh, suggestions, strict=True)
        ]
        opened = open_cases(
            workflow=APPEAL.name,
            new=[
                one.new_case(home=self.home, centres=self.centres, at=self.at) for one in arrivals
            ],
            actor=self.actor,
            at=self.at,
            number_prefix=PREFIX,
            opened_at=[arrival.draft.filed_at for arrival in arrivals],
        )
        for arrival, case in zip(arrivals, opened, strict=True):
            arrival.keep(case, at=self.at)
        insert_rows(Appeal, [arrival.appeal for arrival in arrivals])
        observe_facts(
            Counter(arrival.facts() for arrival in arrivals),
            call_backs=self._keep_answers(arrivals),
            at=self.at,
        )
        self._count(arrivals)

    def _appeal(self, draft: Draft, digest: str, suggestion: Suggestion) -> Appeal:
        appeal = new_appeal(draft, suggestion)
        appeal.caller_key = caller_key(draft, None)
        appeal.source, appeal.source_number = self.source, draft.number
        appeal.source_digest = digest
        return appeal

    def _keep_answers(self, arrivals: Sequence[Arrival]) -> list[CallBack]:
        """Keep what was answered and asked elsewhere; the call-backs."""
        answered = [arrival for arrival in arrivals if arrival.draft.is_answered]
        if not answered:
            return []
        cases = [arrival.appeal.case_id for arrival in answered]
        keys = dict(Appeal.objects.filter(case__in=cases).values_list("case_id", "pk"))
        for arrival in answered:
            arrival.appeal.pk = keys[arrival.appeal.case_id]
        answers = (arrival.answer(actor=self.actor) for arrival in answered)
        insert_rows(Answer, [answer for answer in answers if answer is not None])
        asked = [back for one in answered if (back := one.call_back(actor=self.actor)) is not None]
        insert_rows(CallBack, asked)
        return asked

    def _count(self, arrivals: Sequence[Arrival]) -> None:
        self.accepted += len(arrivals)
        for arrival in arrivals:
            basis = arrival.appeal.dispatch_basis
            self.counts[basis or "person"] += 1
            self.counts["late"] += arrival.appeal.late_on is not None
            self.counts["unresolved"] += not (basis or arrival.suggestion.division_code)

    def _unknown(self, read: Sequence[tuple[int, Draft]]) -> list[tuple[Draft, str]]:
        """The drafts that are new; what came before is counted, what contradicts rejected."""
        digested = [(row, draft, digest_of(draft)) for row, draft in read]
        known = Appeal.objects.filter(source=self.source)
        numbers = dict(
            known.filter(source_number__in=[d.number for _, d, _ in digested if d.number])
            .values_list("source_number", "source_digest")
        )  # fmt: skip
        unnumbered = [digest for _, draft, digest in digested if not draft.number]
        digests = set(
            known.filter(source_number="", source_digest__in=unnumbered)
            .values_list("source_digest", flat=True)
        )  # fmt: skip
        fresh: list[tuple[Draft, str]] = []
        for row, draft, digest in digested:
            before = numbers.get(draft.number) if draft.number else None
            if before == digest or (not draft.number and digest in digests):
                self.known += 1
                self.accepted += 1
            elif before is not None:
                template = (
                    "number {value} came before with other content; "
                    "if it is another system's, name that system as its source"
                )
                self.reject(row, RowProblem("number", template, value=draft.number))
            elif draft.division and not self.suggester.knows(draft.division):
                template = "there is no division {value} here"
                self.reject(row, RowProblem("division", template, value=draft.division))
            else:
                fresh.append((draft, digest))
                numbers |= {draft.number: digest} if draft.number else {}
                digests.add(digest)
        return fresh

    @transaction.atomic
    def closed(
        self, path: Path, digest: str, mapping: dict[str, str], *, seconds: float
    ) -> Receipt:
        """Keep the delivery and its rejected rows; the receipt."""
        problems = sorted(self.problems, key=lambda problem: problem[0])
        receipt = Receipt(
            file=path.name,
            delivered=self.accepted + len(problems),
            accepted=self.accepted,
            known=self.known,
            rejected=len(problems),
            dispatched=self.counts[Basis.CLASS],
            to_territory=self.counts[Basis.TERRITORY],
            to_person=self.counts[Basis.PERSON],
            settled=self.counts[Basis.ELSEWHERE],
            late=self.counts["late"],
            unresolved=self.counts["unresolved"],
            seconds=seconds,
            mapping=mapping,
            problems=tuple(problems),
        )
        kept = Import.objects.create(
            file_name=path.name[:200],
            digest=digest,
            source=self.source,
            mapping=mapping,
            delivered=receipt.delivered,
            accepted=receipt.accepted,
            known=receipt.known,
            rejected=receipt.rejected,
            is_archive=self.is_archive,
            actor=self.actor,
            at=self.at,
        )
        RejectedRow.objects.bulk_create(
            (
                RejectedRow(delivery=kept, row_number=row, field=name, problem=str(why)[:200])
                for row, name, why in problems
            ),
            batch_size=BATCH,
        )
        return receipt


def digest_of(draft: Draft) -> str:
    """What makes a delivered row the same row again: all that the caller said."""
    content = json.dumps([getattr(draft, name) for name in SAID_FIELDS], default=str)
    return hashlib.sha256(content.encode()).hexdigest()
