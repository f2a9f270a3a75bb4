"""The value lists of an entry, and the states it passes.

Source: 政务信息资源目录编制指南（试行）, 2017.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import IntEnum, StrEnum

from yitang.ground.base.text import Message


class SharingClass(IntEnum):
    """共享属性: who may have the data (Decree 809, Art 14)."""

    UNCONDITIONAL = 1
    CONDITIONAL = 2
    NOT_SHARED = 3


class State(StrEnum):
    DRAFT = "draft"
    PUBLISHED = "published"
    RETIRED = "retired"


def _texts(group: str, **templates: str) -> Mapping[str, Message]:
    return {code: Message(f"catalogue.{group}.{code}", text) for code, text in templates.items()}


SHARING_CLASSES: Mapping[int, Message] = {
    1: Message("catalogue.sharing_class.1", "shared unconditionally"),
    2: Message("catalogue.sharing_class.2", "shared on conditions"),
    3: Message("catalogue.sharing_class.3", "not shared"),
}
UPDATE_CYCLES = _texts(
    "cycle",
    realtime="in real time",
    daily="daily",
    weekly="weekly",
    ten_days="every ten days",
    monthly="monthly",
    quarterly="quarterly",
    yearly="yearly",
    never="not updated",
)
FORMATS = _texts(
    "format",
    edocument="electronic document",
    spreadsheet="spreadsheet",
    database="database",
    image="image",
    streaming="streaming media",
    selfdescribing="self-describing format",
    interface="service interface",
)
ITEM_TYPES = _texts(
    "type",
    C="text",
    N="number",
    Y="money",
    D="date",
    T="date and time",
    L="yes or no",
    M="long text",
    G="general",
    B="double",
    I="integer",
    F="floating point",
)
DELIVERIES = _texts(
    "delivery",
    whole="each batch replaces the last",
    added="each batch adds rows",
)
SUBJECTS = _texts("subject", person="persons", legal_entity="legal entities")
VALUE_RULES = _texts(
    "rule",
    identity_number="identity number with its check digit",
    credit_code="unified social credit code with its check character",
    division="a division that exists",
    mobile="a mobile number of eleven digits",
)
GRADES = range(1, 6)
