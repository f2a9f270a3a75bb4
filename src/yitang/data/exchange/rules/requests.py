"""The life of a sharing request, and what it must say before it may be sent.

政务数据共享条例 (State Council Decree 809), Arts 20-22, 25, 27. A request is held by whoever
must act: the demander until its office head consents, the provider from then on, the demander
again to complete it, and at the end to dispose of what it received.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from yitang.data.exchange.errors import EndPassed
from yitang.ground.base.clock import Term
from yitang.ground.base.text import Message
from yitang.ground.casework.rules import Transition, Workflow

WORKFLOW_NAME = "exchange.request"
NUMBER_PREFIX = "SJ"

# D3 and D4 of FACTS: the provider's answer (Art 21); D5 its extension; D6 the supply (Art 22).
ANSWER_UNCONDITIONAL = Term(1)
ANSWER_CONDITIONAL = Term(10)
EXTENSION = Term(10)
SUPPLY = Term(20)

REQUEST = Workflow(
    name=WORKFLOW_NAME,
    version=1,
    initial="drafted",
    final=frozenset({"withdrawn", "refused", "disposed"}),
    transitions=(
        # Art 20: the head of the demander's sharing office consents by sending it.
        Transition("submit", "drafted", "received", "exchange.consent"),
        Transition("withdraw", "drafted", "withdrawn", "exchange.request"),
        # Art 21: once, naming everything that is missing; never an outright refusal for that.
        Transition(
            "return", "received", "incomplete", "exchange.answer", stops_clock=True, needs_note=True
        ),
        Transition("complete", "incomplete", "received", "exchange.request"),
        Transition("withdraw", "incomplete", "withdrawn", "exchange.request"),
        # Art 20: every answer needs the consent of the provider's office head.
        Transition("agree", "received", "agreed", "exchange.consent"),
        Transition("refuse", "received", "refused", "exchange.consent", needs_note=True),
        Transition("supply", "agreed", "supplied", "exchange.answer", stops_clock=True),
        # Art 27: misuse suspends, and may terminate; so does a purpose that is met.
        Transition(
            "suspend",
            "supplied",
            "suspended",
            "exchange.suspend",
            stops_clock=True,
            needs_note=True,
        ),
        Transition("resume", "suspended", "supplied", "exchange.suspend", stops_clock=True),
        Transition(
            "terminate",
            "supplied",
            "terminated",
            "exchange.suspend",
            stops_clock=True,
            needs_note=True,
        ),
        Transition(
            "terminate",
            "suspended",
            "terminated",
            "exchange.suspend",
            stops_clock=True,
            needs_note=True,
        ),
        # Art 27: the demander disposes of the data as the provider requires, and says so.
        Transition("dispose", "terminated", "disposed", "exchange.request", needs_note=True),
    ),
    terms={"received": ANSWER_CONDITIONAL, "agreed": SUPPLY},
    extensions={"received": EXTENSION},
    pause_reasons={},
    view="exchange.handle",
    manage="exchange.oversee",
    source="政务数据共享条例 Arts 20-22, 27",
)

# Who holds the request after a move.
TO_PROVIDER = frozenset({"submit", "complete"})
TO_DEMANDER = frozenset({"return", "terminate"})

# What a provider says to a request (Art 21); to return it for completion is no answer yet.
ANSWERS = frozenset({"agree", "refuse"})
# What a move adds to the grants in force; a suspended one that ends was taken away before.
GRANT_STEPS: Mapping[str, int] = {"supply": 1, "resume": 1, "suspend": -1, "terminate": -1}

# Decree 809 Art 22; platform modes come first (FACTS §2.3).
MODES: Mapping[str, Message] = {
    "interface": Message("exchange.mode.interface", "service interface"),
    "batch": Message("exchange.mode.batch", "batch exchange"),
    "file": Message("exchange.mode.file", "file download"),
}


@dataclass(frozen=True, slots=True)
class RequestText:
    """What Art 20 asks a request to say; dates are civil, the last one included."""

    basis: str
    scene: str
    scope: str
    mode: str
    valid_from: date | None
    valid_to: date | None
    purpose: str
    fields: tuple[str, ...]


_PARTS: Mapping[str, str] = {
    "basis": "the legal basis of use",
    "scene": "the scene of use",
    "scope": "the scope of use",
    "mode": "the sharing mode",
    "purpose": "the purpose",
    "fields": "the data items",
    "valid_to": "until when it is needed",
}


def missing_parts(text: RequestText) -> list[Message]:
    """Everything that is missing, all at once (Art 21)."""
    found = [
        Message(f"exchange.missing.{name}", template)
        for name, template in _PARTS.items()
        if not getattr(text, name)
    ]
    if text.mode and text.mode not in MODES:
        found.append(Message("exchange.missing.mode", _PARTS["mode"]))
    if text.valid_from and text.valid_to and text.valid_to < text.valid_from:
        found.append(Message("exchange.missing.order", "a last day that is not before the first"))
    return found


def check_end(valid_to: date | None, *, today: date) -> None:
    """Raises ``EndPassed`` for a last day that has gone."""
    if valid_to is not None and valid_to < today:
        raise EndPassed(field="valid_to", day=valid_to)


def step_of_grant(verb: str, was: str) -> int:
    """What ``verb``, made in the state ``was``, adds to the number of grants in force."""
    return 0 if was == "suspended" and verb == "terminate" else GRANT_STEPS.get(verb, 0)


def answer_term(sharing_class: int) -> Term:
    """How long the provider has to answer (Art 21)."""
    return ANSWER_UNCONDITIONAL if sharing_class == 1 else ANSWER_CONDITIONAL
