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
    half_yearly="every half year",
    yearly="yearly",
    irregular="when something changes",
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
# Types within a category, as the national field list names them; others may be written too.
FORMAT_TYPES: Mapping[str, tuple[str, ...]] = {
    "edocument": ("ofd", "wps", "xml", "txt", "doc", "docx", "html", "pdf", "ppt"),
    "spreadsheet": ("et", "xls", "xlsx", "csv"),
    "database": (
        "dm", "kingbasees", "access", "dbf", "dbase", "sysbase", "oracle", "sql server", "db2",
        "mysql", "postgresql",
    ),
    "image": ("jpg", "gif", "bmp", "png", "tif"),
    "streaming": ("swf", "rm", "mpg", "mp4"),
    "selfdescribing": (),
    "interface": ("webservice", "rest"),
}  # fmt: skip
# 共享方式: category, then type within it. Platform modes come first (Decree 809, Art 22).
SHARING_MODES = _texts(
    "sharing_mode",
    platform="sharing platform",
    email="e-mail",
    disk="copied to a disk",
    media="exchange of media",
)
MODE_TYPES: Mapping[str, Mapping[str, Message]] = {
    "platform": _texts(
        "mode_type",
        interface="service interface",
        batch="batch exchange",
        file="file download",
    ),
    "email": {},
    "disk": {},
    "media": _texts("mode_type", paper="on paper", electronic="electronic"),
}
# 数据分类: GB/T 43697-2024, Data Security Law Art 21. The grade (1 to 5) stands beside it.
DATA_CLASSES = _texts(
    "data_class", general="general data", important="important data", core="core data"
)
# 信息资源分类: 类, and the 项 within it in the order of the guide. The digits of 项 are local.
CLASSES = _texts("class", **{"1": "foundation data", "2": "theme data", "3": "department data"})
THEMES = _texts(
    "theme",
    **{
        "101": "population",
        "102": "legal entities",
        "103": "natural resources and geography",
        "104": "social credit",
        "105": "electronic certificates",
        "106": "macro-economy",
        "201": "public service",
        "202": "health",
        "203": "social security",
        "204": "food and drug safety",
        "205": "work safety",
        "206": "price supervision",
        "207": "energy security",
        "208": "credit system",
        "209": "urban and rural construction",
        "210": "community governance",
        "211": "ecology and environment",
        "212": "emergency and stability",
    },
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
