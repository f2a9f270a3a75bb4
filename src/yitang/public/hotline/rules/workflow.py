"""How an appeal moves: states, moves, limits of the hotline itself."""

from __future__ import annotations

import re

from yitang.ground.base.clock import Term, Unit
from yitang.ground.casework.rules import Transition, Workflow

# The one return must come within this time of the dispatch (typical; configuration of a place).
RETURN_WITHIN = Term(1, Unit.WORKDAYS)

# Until it is answered, what was understood of an appeal can be mended.
CORRECTABLE = ("received", "dispatched", "returned", "arbitrated", "handling")
STANDING = (*CORRECTABLE, "answered", "reopened")

APPEAL = Workflow(
    name="hotline.appeal",
    version=1,
    initial="received",
    final=frozenset({"closed", "referred"}),
    transitions=(
        Transition("dispatch", "received", "dispatched", "hotline.dispatch"),
        Transition(
            "answer_at_once", "received", "closed", "hotline.answer_at_once", needs_note=True
        ),
        # Litigation, emergencies, secrets: told the proper way instead (Art 11).
        Transition("refer", "received", "referred", "hotline.dispatch", needs_note=True),
        # Signing is taking responsibility: after it there is no return (Art 14).
        Transition("sign", "dispatched", "handling", "hotline.handle"),
        Transition("return", "dispatched", "returned", "hotline.handle", needs_note=True),
        # The caller's clock goes on while offices argue about whose duty it is.
        Transition("arbitrate", "returned", "arbitrated", "hotline.dispatch", needs_note=True),
        Transition("sign", "arbitrated", "handling", "hotline.handle"),
        Transition("answer", "handling", "answered", "hotline.handle", needs_note=True),
        Transition("close", "answered", "closed", "hotline.call_back"),
        Transition("redo", "answered", "reopened", "hotline.call_back", needs_note=True),
        Transition("answer", "reopened", "answered", "hotline.handle", needs_note=True),
        # The hotline adds what a caller says when calling again, and mends what was written down
        # of the appeal; who has it and what is to be done stay.
        *(Transition("call_again", state, state, "hotline.take") for state in STANDING),
        *(
            Transition("correct", state, state, "hotline.take", needs_note=True)
            for state in CORRECTABLE
        ),
    ),
    terms={"answered": Term(3), "reopened": Term(5)},
    extensions={"handling": Term(8, Unit.DAYS), "reopened": Term(5)},
    pause_reasons={},
    view="hotline.see",
    manage="hotline.manage",
    source="北京市接诉即办工作条例 (2021) Arts 10-15, 23; 潍坊市12345政务服务便民热线条例 (2021)",
)
# What waits for the hotline: to be sent on, to be decided, to be asked back about.
AT_HOTLINE = ("received", "returned", "answered")
PREFIX = "QH"
CASE_NUMBER = re.compile(PREFIX + r"\d{9,}")  # of the office, without its dashes
KIND = "hotline.appeal"
