"""The life of an application after it was sent: states, moves and their time limits.

A draft has no case: it is nobody's work yet. Limits: 行政许可法 (2019) Art 32 (five working
days to accept or to say, once, what is missing), Art 42 (the promise counts from acceptance;
one extension of ten working days), Art 44 (ten working days to deliver), Art 45 (special
procedures stop the clock: the kernel's pause reasons).
"""

from __future__ import annotations

from yitang.ground.base.clock import Term
from yitang.ground.casework.rules import Transition, Workflow

WORKFLOW_NAME = "services.application"
STATUTORY_DECISION = Term(20)
DECISION_EXTENSION = Term(10)

APPLICATION_WORKFLOW = Workflow(
    name=WORKFLOW_NAME,
    version=1,
    initial="submitted",
    final=frozenset({"delivered", "refused", "not_accepted", "withdrawn"}),
    transitions=(
        Transition("accept", "submitted", "accepted", "services.accept"),
        Transition(
            "ask_correction",
            "submitted",
            "correcting",
            "services.accept",
            stops_clock=True,
            needs_note=True,
        ),
        Transition("correct", "correcting", "submitted", "services.answer"),
        Transition("reject", "submitted", "not_accepted", "services.accept", needs_note=True),
        Transition("approve", "accepted", "approved", "services.decide"),
        Transition("refuse", "accepted", "refused", "services.decide", needs_note=True),
        Transition("deliver", "approved", "delivered", "services.deliver"),
        Transition("withdraw", "submitted", "withdrawn", "services.answer"),
        Transition("withdraw", "correcting", "withdrawn", "services.answer"),
        Transition("withdraw", "accepted", "withdrawn", "services.answer"),
    ),
    terms={"submitted": Term(5), "accepted": STATUTORY_DECISION, "approved": Term(10)},
    extensions={"accepted": DECISION_EXTENSION},
    view="services.see_application",
    manage="services.manage_application",
    source="行政许可法 (2019) Arts 32, 42, 44, 45",
)
