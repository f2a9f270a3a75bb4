"""Quality rules of a dataset: the list, a form for one more, taking one out, the history."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from yitang.data.catalogue.api import DataItem, Dataset, dataset_for, items_of
from yitang.data.collection import api as collection
from yitang.data.collection.rules import QualityRule
from yitang.ground.organisations.api import User, check_can
from yitang.ground.plumbing.api import now

from .forms import QualityRuleForm
from .words import RULE_WORDS, SEVERITY_WORDS, SUGGESTION_WORDS


@dataclass(frozen=True, slots=True)
class RuleRow:
    """A rule as the page shows it."""

    rule: QualityRule
    labels: str

    @property
    def kind(self) -> str:
        return RULE_WORDS[self.rule.kind]

    @property
    def severity(self) -> str:
        return SEVERITY_WORDS[self.rule.severity]

    @property
    def tone(self) -> str:
        return "late" if self.rule.severity == "reject" else "soon"

    @property
    def details(self) -> str:
        rule = self.rule
        if rule.kind == "range":
            return f"{rule.low or '…'} – {rule.high or '…'}"
        place = f"{rule.dataset}.{rule.item}" if rule.dataset else ""
        return rule.pattern or rule.value or place


def rules(request: HttpRequest, code: str) -> HttpResponse:
    """The rules that count, and how they came about."""
    return _page(request, dataset_for(_user(request), code))


@require_POST
def add(request: HttpRequest, code: str) -> HttpResponse:
    """One more rule; it makes a version of its own."""
    user = _user(request)
    entry = dataset_for(user, code)
    form = QualityRuleForm(_choices(items_of(entry)), request.POST)
    if not form.is_valid():
        return _page(request, entry, form)
    number, known = collection.quality_rules(entry)
    collection.set_quality_rules(
        dataset=entry,
        rules=[*known, form.rule],
        actor=user,
        at=now(),
        base=number,
        note=f"+ {form.rule.name}",
    )
    return redirect("collection:rules", code=entry.code)


@require_POST
def remove(request: HttpRequest, code: str) -> HttpResponse:
    """Take a rule out, if nobody changed the rules since the page was shown."""
    user = _user(request)
    entry = dataset_for(user, code)
    _, known = collection.quality_rules(entry)
    name, base = request.POST.get("name", ""), request.POST.get("base", "")
    collection.set_quality_rules(
        dataset=entry,
        rules=[rule for rule in known if rule.name != name],
        actor=user,
        at=now(),
        base=int(base) if base.isdecimal() and len(base) < 9 else -1,
        note=f"- {name}"[:60],
    )
    return redirect("collection:rules", code=entry.code)


def suggestions(request: HttpRequest, code: str) -> HttpResponse:
    """What the gathered rows suggest, with the evidence."""
    user = _user(request)
    entry = dataset_for(user, code)
    rows = [
        (one, SUGGESTION_WORDS[one.kind], " – ".join(one.value))
        for one in collection.suggested_rules(user, entry)
    ]
    context = {"entry": entry, "rows": rows, "can_change": collection.can_decide(user, entry)}
    return render(request, "collection/suggestions.html", context)


@require_POST
def accept(request: HttpRequest, code: str) -> HttpResponse:
    """Make rules of the ticked suggestions, or of all."""
    user = _user(request)
    entry = dataset_for(user, code)
    keys = None if "all" in request.POST else request.POST.getlist("key")
    collection.accept_suggestions(dataset=entry, keys=keys, actor=user, at=now())
    return redirect("collection:rules", code=entry.code)


def _page(
    request: HttpRequest, entry: Dataset, form: QualityRuleForm | None = None
) -> HttpResponse:
    user = _user(request)
    items = items_of(entry)
    labels = {item.name: item.label for item in items}
    number, known = collection.quality_rules(entry)
    context = {
        "entry": entry,
        "number": number,
        "rows": [
            RuleRow(rule, ", ".join(labels.get(name, name) for name in rule.items))
            for rule in known
        ],
        "history": collection.rule_sets(entry),
        "can_change": collection.can_decide(user, entry),
        "form": form or QualityRuleForm(_choices(items)),
    }
    status = 422 if form is not None else 200
    return render(request, "collection/rules.html", context, status=status)


def _choices(items: Sequence[DataItem]) -> list[tuple[str, str]]:
    return [(item.name, item.label) for item in items]


def _user(request: HttpRequest) -> User:
    check_can(request.user, "collection.see")
    if not isinstance(request.user, User):
        raise TypeError("whoever passes the check is a user")
    return request.user
