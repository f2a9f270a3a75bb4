"""What the one worklist shows of stopped batches, and how it moves them."""

from __future__ import annotations

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext

from yitang.data.collection.api import (
    drifts_of_case,
    move_fetch,
    move_stop,
    said_of,
    shown_place,
    source_of_case,
)
from yitang.data.collection.rules import DRIFT_WORKFLOW, FETCH_WORKFLOW
from yitang.ground.base.text import Message
from yitang.ground.casework.api import Case, register_case_kind
from yitang.ground.plumbing.api import translated
from yitang.site.web.desk.facts import Fact, FactsPanel, register_facts, register_move
from yitang.site.web.shell.entrance import signed_in
from yitang.site.web.templatetags.look import moment


def facts_of(request: HttpRequest, case: Case) -> FactsPanel:
    """Which columns are not as they were, and in which file."""
    drifts = drifts_of_case(signed_in(request), case.pk)
    facts = [
        Fact(drift.label, translated(said_of(drift)), source=drift.dataset.organisation.name)
        for drift in drifts
    ]
    if drifts:
        facts.insert(0, Fact(gettext("File"), drifts[0].file))
    return FactsPanel(facts=facts, url=url_of(case))


def url_of(case: Case) -> str:
    return f"{reverse('collection:drifts')}?dataset={case.summary.get('code', '')}"


register_case_kind(DRIFT_WORKFLOW, Message("collection.drift", "Stopped batch"), url_of)
register_facts(DRIFT_WORKFLOW, facts_of)
register_move(DRIFT_WORKFLOW, move_stop)


def facts_of_source(request: HttpRequest, case: Case) -> FactsPanel:
    """Where the data lie and what went wrong last, in one sentence with what to do."""
    source = source_of_case(signed_in(request), case.pk)
    if source is None:
        return FactsPanel(url=url_of_source(case))
    owner = source.dataset.organisation.name
    facts = [
        Fact(gettext("Where it lies"), shown_place(source), source=owner),
        Fact(gettext("Last fetched"), moment(source.succeeded_at) or gettext("never yet")),
    ]
    summary = translated(source.problem) if source.problem else ""
    return FactsPanel(summary=summary, facts=facts, url=url_of_source(case))


def url_of_source(case: Case) -> str:
    return reverse("collection:source", args=[case.summary.get("code", "")])


register_case_kind(FETCH_WORKFLOW, Message("collection.fetch", "Source that fails"), url_of_source)
register_facts(FETCH_WORKFLOW, facts_of_source)
register_move(FETCH_WORKFLOW, move_fetch)
