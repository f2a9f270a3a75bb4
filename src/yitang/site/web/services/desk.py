"""What the one worklist shows of applications, and how it moves them."""

from __future__ import annotations

from datetime import datetime

from django.http import HttpRequest
from django.urls import reverse

from yitang.ground.base.text import Message
from yitang.ground.casework.api import Case, register_case_kind
from yitang.ground.organisations.api import User
from yitang.public.services.api import (
    application_of_case,
    application_with_case,
    decide_application,
    move_application,
    records_reader,
)
from yitang.public.services.rules.workflow import WORKFLOW_NAME
from yitang.site.web.desk.facts import Fact, FactsPanel, register_facts, register_move
from yitang.site.web.shell.entrance import signed_in

from .office import DECISIONS
from .showing import shown_groups


def facts_of(request: HttpRequest, case: Case) -> FactsPanel:
    """The application's values, masked, each with its source."""
    user = signed_in(request)
    sent = application_of_case(user, case)
    return FactsPanel(
        facts=[
            Fact(
                group.label,
                group.headline,
                source=" · ".join(source.department for source in group.sources),
            )
            for group in shown_groups(user, sent)
        ],
        url=reverse("services:office", args=[sent.public_id]),
    )


def move(*, case_id: int, verb: str, actor: User, at: datetime, note: str = "") -> Case:
    """A decision reads the records again; other moves are made as they are."""
    if verb not in DECISIONS:
        return move_application(case_id=case_id, verb=verb, actor=actor, at=at, note=note)
    sent = application_with_case(case_id)
    return decide_application(
        application_id=sent.pk,
        verb=verb,
        actor=actor,
        at=at,
        note=note,
        read=records_reader(sent, actor=actor, at=at),
    )


def url_of(case: Case) -> str:
    return reverse("services:matter", args=[case.subject_id])


register_case_kind(WORKFLOW_NAME, Message("services.kind", "Application"), url_of)
register_facts(WORKFLOW_NAME, facts_of)
register_move(WORKFLOW_NAME, move)
