"""The code of a resource: ``<class>/<sequence>``, the class from 类 down to 细目.

政务信息资源目录编制指南（试行）, 2017: 类 has one digit, 项 two, 目 three, 细目 and the sequence
any number.
"""

from __future__ import annotations

import re

CLASSIFICATION = re.compile(r"[1-3](?:\d{2}(?:\d{3}\d*)?)?")
RESOURCE_CODE = re.compile(rf"(?P<class_code>{CLASSIFICATION.pattern})/(?P<sequence>\d+)")
SEQUENCE_DIGITS = 6


def resource_code(classification: str, sequence: int) -> str:
    """``101/000015``."""
    return f"{classification}/{sequence:0{SEQUENCE_DIGITS}}"


def is_resource_code(text: str) -> bool:
    """Whether ``text`` has the form of the guide."""
    return RESOURCE_CODE.fullmatch(text) is not None


def class_part(text: str) -> str:
    """The class of a resource code, or nothing when it has another form."""
    found = RESOURCE_CODE.fullmatch(text)
    return found["class_code"] if found else ""


def theme_of(classification: str) -> str:
    """类 and 项, as themes are listed: the first three digits."""
    return classification[:3]
