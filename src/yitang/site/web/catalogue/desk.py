"""What the one worklist shows of catalogue entries on their way, and how it moves them."""

from __future__ import annotations

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext, ngettext

from yitang.data.catalogue.api import changes_in, move_entry, version_for
from yitang.data.catalogue.rules import ENTRY_WORKFLOW, SHARING_CLASSES
from yitang.ground.base.text import Message
from yitang.ground.casework.api import Case, register_case_kind
from yitang.ground.plumbing.api import translated
from yitang.site.web.desk.facts import Fact, FactsPanel, register_facts, register_move
from yitang.site.web.shell.entrance import signed_in


def facts_of(request: HttpRequest, case: Case) -> FactsPanel:
    """What is proposed, under which terms, and both assessments."""
    version = version_for(signed_in(request), case.subject_id)
    spec, changes = version.spec, len(changes_in(version))
    changed = (
        ngettext("{count} difference", "{count} differences", changes).format(count=changes)
        if version.base
        else gettext("a new entry")
    )
    facts = [
        Fact(gettext("Entry"), spec.name, source=version.organisation.name),
        Fact(gettext("What changes"), changed),
        Fact(gettext("Sharing"), translated(SHARING_CLASSES[spec.sharing_class])),
        Fact(gettext("Condition"), spec.sharing_condition or spec.legal_basis),
        Fact(gettext("Secrecy risk"), version.secrecy_risk),
        Fact(gettext("Impact on personal information"), version.privacy_impact),
        Fact(gettext("Change of the law"), version.law),
        Fact(gettext("Sent back because"), version.returned_because),
    ]
    return FactsPanel(
        summary=spec.abstract, facts=[fact for fact in facts if fact.value], url=url_of(case)
    )


def url_of(case: Case) -> str:
    return reverse("catalogue:version", args=[case.subject_id])


register_case_kind(ENTRY_WORKFLOW, Message("catalogue.entry", "Catalogue entry"), url_of)
register_facts(ENTRY_WORKFLOW, facts_of)
register_move(ENTRY_WORKFLOW, move_entry)
