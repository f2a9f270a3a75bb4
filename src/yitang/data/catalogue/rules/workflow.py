"""The way of an entry from its draft to its publication.

政务数据共享条例 (State Council Decree 809), Arts 13 and 17. The department holds a draft until
its head consents; from then on the authority does. A draft that a change of the law or of the
department's duties asks for has ten working days until it is submitted (D1), five more with
the authority's consent; the authority has two to review and publish it (D2).
"""

from __future__ import annotations

from yitang.ground.base.clock import Term
from yitang.ground.casework.rules import Transition, Workflow

ENTRY_WORKFLOW = "catalogue.entry"
NUMBER_PREFIX = "ML"
AUTHORITY_DUTY = "data"  # the duty of the authority (政务数据共享主管部门), Art 8

UPDATE = Term(10)
UPDATE_EXTENSION = Term(5)
REVIEW = Term(2)

ENTRY = Workflow(
    name=ENTRY_WORKFLOW,
    version=1,
    initial="drafted",
    final=frozenset({"published", "withdrawn"}),
    transitions=(
        # Complete, with both assessments: then it lies before the head of the department.
        Transition("propose", "drafted", "proposed", "catalogue.edit"),
        Transition("withdraw", "drafted", "withdrawn", "catalogue.edit"),
        # Art 13: the head of the department (部门负责人) consents, and so submits it.
        Transition("consent", "proposed", "submitted", "catalogue.consent"),
        Transition("send_back", "proposed", "drafted", "catalogue.consent", needs_note=True),
        # Art 17: the authority reviews and publishes, or says what must be corrected.
        Transition("publish", "submitted", "published", "catalogue.publish"),
        Transition(
            "return", "submitted", "returned", "catalogue.publish",
            stops_clock=True, needs_note=True,
        ),
        Transition("propose", "returned", "proposed", "catalogue.edit"),
        Transition("withdraw", "returned", "withdrawn", "catalogue.edit"),
        # The platform's own way, for loading and for repair; the history says so.
        Transition("publish_directly", "drafted", "published", "catalogue.publish_directly"),
        Transition("publish_directly", "proposed", "published", "catalogue.publish_directly"),
        Transition("publish_directly", "returned", "published", "catalogue.publish_directly"),
    ),
    terms={"submitted": REVIEW},
    extensions={"drafted": UPDATE_EXTENSION, "proposed": UPDATE_EXTENSION},
    pause_reasons={},
    view="catalogue.handle",
    manage="catalogue.oversee",
    source="政务数据共享条例 Arts 13, 17",
)  # fmt: skip

PUBLISHING = frozenset({"publish", "publish_directly"})
REVIEWING = frozenset({"publish", "return"})
OPEN_TO_CHANGE = frozenset({"drafted", "returned"})
