"""How an appeal of a file stands as it comes: waiting, sent on, or settled elsewhere."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from yitang.ground.base.clock import civil_date, deadline
from yitang.ground.base.ids import Reference
from yitang.ground.casework.api import Case, NewCase
from yitang.ground.organisations.api import User
from yitang.ground.plumbing.api import working_calendar
from yitang.public.hotline.models import Answer, Appeal, CallBack
from yitang.public.hotline.queries import Suggestion
from yitang.public.hotline.rules import KIND, Basis, Draft, FigureFacts

from .filing import HotlineCentres, summary_of

CLOSED, DISPATCHED = "closed", "dispatched"
FROM_ARCHIVE = "Taken from an archive; what became of it is not kept here."


@dataclass(frozen=True, slots=True)
class Arrival:
    """One appeal of a file with what its words suggest; ``is_archive``: nobody acts on it here."""

    draft: Draft
    suggestion: Suggestion
    appeal: Appeal
    is_archive: bool

    @property
    def is_settled(self) -> bool:
        return self.is_archive or self.draft.is_answered

    @property
    def is_sent(self) -> bool:
        return not self.is_settled and self.suggestion.holder is not None

    def new_case(self, *, home: str, centres: HotlineCentres, at: datetime) -> NewCase:
        """Its case. Limits run from the moment it was filed, wherever that was."""
        suggestion, draft = self.suggestion, self.draft
        place = suggestion.division_code or home
        is_with_office = self.is_sent or self.is_settled
        holder = suggestion.holder if is_with_office else None
        tier = suggestion.tier
        return NewCase(
            subject=Reference(KIND, str(self.appeal.public_id)),
            title=self.appeal.title,
            division_code=place,
            organisation=holder or centres.nearest(place),
            duty=suggestion.category.duty if suggestion.category else "",
            term=tier.feedback_within if is_with_office else tier.dispatch_within,
            summary=summary_of(self.appeal, suggestion),
            state=CLOSED if self.is_settled else DISPATCHED if self.is_sent else "",
            note=self._note(),
            clock_from=draft.filed_at,
            closed_at=(draft.answered_at or max(at, draft.filed_at)) if self.is_settled else None,
        )

    def keep(self, case: Case, *, at: datetime) -> None:
        """Note on the appeal what its case and its file tell about who did what, and when."""
        appeal, draft = self.appeal, self.draft
        appeal.case = case
        if self.is_settled:
            appeal.dispatch_basis, appeal.dispatch_obstacle = Basis.ELSEWHERE.value, ""
            appeal.dispatched_at = draft.dispatched_at
        elif self.is_sent:
            appeal.dispatched_at = draft.dispatched_at or at
        if self.is_sent or self.is_settled:
            appeal.unit = self.suggestion.holder
        if appeal.dispatched_at is not None:
            appeal.dispatch_in_time = appeal.dispatched_at < self._dispatch_due()
        if draft.is_answered:
            appeal.answered_at = appeal.first_contact_at = draft.answered_at or at
            appeal.first_answered_at = appeal.answered_at
            if draft.answered_at is not None and case.due_at is not None:
                appeal.answer_in_time = draft.answered_at < case.due_at
        if case.supervised and case.due_at is not None:
            appeal.late_on = civil_date(case.due_at)

    def answer(self, *, actor: User) -> Answer | None:
        """What the other system answered; the appeal must have its key."""
        appeal = self.appeal
        if not self.draft.answer or appeal.answered_at is None:
            return None
        return Answer(
            appeal=appeal,
            text=self.draft.answer,
            organisation=appeal.unit or appeal.case.organisation,
            actor=actor,
            at=appeal.answered_at,
        )

    def call_back(self, *, actor: User) -> CallBack | None:
        """What the caller said to the other system; the appeal must have its key."""
        appeal, draft = self.appeal, self.draft
        if not draft.is_called_back or appeal.answered_at is None:
            return None
        return CallBack(
            appeal=appeal,
            method="import",
            reached=True,
            contacted=draft.contacted,
            solved=draft.solved or "",
            satisfied=draft.satisfied or "",
            division_code=appeal.case.division_code,
            kind=appeal.kind,
            actor=actor,
            at=draft.called_back_at or appeal.answered_at,
        )

    def facts(self) -> FigureFacts:
        """What the metrics count of it."""
        appeal = self.appeal
        return FigureFacts(
            filed_on=civil_date(appeal.filed_at),
            county=appeal.case.county,
            basis=appeal.dispatch_basis,
            dispatch_in_time=appeal.dispatch_in_time,
            answered_on=civil_date(appeal.first_answered_at) if appeal.first_answered_at else None,
            answer_in_time=appeal.answer_in_time,
            late_on=appeal.late_on,
        )

    def _note(self) -> str:
        if self.is_sent:
            return self.suggestion.route.reason
        if self.draft.answer:
            return self.draft.answer
        return FROM_ARCHIVE if self.is_settled else ""

    def _dispatch_due(self) -> datetime:
        return deadline(
            start=self.draft.filed_at,
            term=self.suggestion.tier.dispatch_within,
            calendar=working_calendar(),
        ).at
