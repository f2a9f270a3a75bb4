"""What the one worklist shows of sharing requests, and how it moves them."""

from __future__ import annotations

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext

from yitang.data.exchange.api import move_request, request_for
from yitang.data.exchange.rules import WORKFLOW_NAME
from yitang.ground.base.text import Message
from yitang.ground.casework.api import Case, register_case_kind
from yitang.site.web.desk.facts import Fact, FactsPanel, register_facts, register_move
from yitang.site.web.shell.entrance import signed_in

from .words import field_labels


def facts_of(request: HttpRequest, case: Case) -> FactsPanel:
    """What is asked for, by whom, on which basis."""
    asked = request_for(signed_in(request), case.subject_id)
    return FactsPanel(
        summary=asked.purpose,
        facts=[
            Fact(gettext("Data"), asked.dataset.name, source=asked.provider.name),
            Fact(gettext("Asked by"), asked.organisation.name),
            Fact(gettext("Data items"), gettext(", ").join(field_labels(asked))),
            Fact(gettext("Basis"), asked.basis),
            Fact(gettext("Scene"), asked.scene),
            Fact(gettext("Scope"), asked.scope),
        ],
        url=url_of(case),
    )


def url_of(case: Case) -> str:
    return reverse("exchange:request", args=[case.subject_id])


register_case_kind(WORKFLOW_NAME, Message("exchange.request", "Sharing request"), url_of)
register_facts(WORKFLOW_NAME, facts_of)
register_move(WORKFLOW_NAME, move_request)
