"""How often a dataset is renewed, whatever words or codes say it.

Codes: 政务信息资源目录编制指南（试行）, the EU's authority table ``frequency``, the Dublin Core
collection terms and ISO 19115 ``MD_MaintenanceFrequencyCode``.
"""

from __future__ import annotations

import re
import unicodedata

# Longer and rarer words come first: 半年 before 年, 不更新 before 更新.
_WORDS: tuple[tuple[str, str], ...] = (
    (
        "irregular",
        (
            r"不定期|不固定|非周期|无固定|按需|视情况|适时|有变化|变更时|触发|动态更新|"
            r"其它|其他|自定义"
        ),
    ),
    ("irregular", r"irreg|asneeded|as.?needed|adhoc|ad.?hoc|other|unknown|ondemand|on.?demand"),
    (
        "irregular",
        (
            r"(每)?[两二三四五十2-9]\s*年|biennial|triennial|quinquennial|decennial|"
            r"annual_3"
        ),
    ),
    (
        "never",
        (
            r"不更新|不再更新|无更新|停止更新|静态|一次性|历史数据|永久|从不|never|"
            r"not.?planned|none|static|once"
        ),
    ),
    (
        "half_yearly",
        (
            r"半年|每年两次|semi.?annual|half.?year|bi.?annual|annual_2|twice.?a.?year|"
            r"p6m"
        ),
    ),
    ("quarterly", r"季|quarter|monthly_4|three.?month|p3m|trimes"),
    ("ten_days", r"旬|ten.?days|monthly_3|three.?times.?a.?month"),
    ("weekly", r"周|星期|礼拜|week(?!_?end)|p1w|p7d|hebdo"),
    ("daily", r"日|天|工作日|dail|(?<!1)day|p1d|quotid"),
    (
        "realtime",
        (
            r"实时|即时|时时|分钟|小时|每时|秒|准实时|real.?time|continu|\bcont\b|hour|"
            r"minute|_cont\b|pt\d"
        ),
    ),
    ("monthly", r"月|month|p1m|mensuel"),
    ("yearly", r"年|annual|year|p1y"),
)
_ORDERED = (
    "irregular",
    "never",
    "half_yearly",
    "quarterly",
    "ten_days",
    "realtime",
    "monthly",
    "weekly",
    "daily",
    "yearly",
)
_NUMBERS = {"一": 1, "两": 2, "二": 2, "三": 3, "四": 4, "六": 6, "十二": 12}
_BY_MONTHS = {
    1: "monthly",
    2: "monthly",
    3: "quarterly",
    4: "quarterly",
    6: "half_yearly",
    12: "yearly",
}
_MONTHS = re.compile(
    r"(\d+|[一二两三四五六七八九十]+)\s*个月|每\s*(\d+|"
    r"[一二两三四五六七八九十]+)\s*月"
)


def cycle_of(text: str) -> str | None:
    """Our word for an update cycle, or ``None`` if it cannot be known.

    What stands in brackets explains and does not count (``不更新(更新说明:…)``). A cycle between
    two of ours becomes the shorter one, so that lateness is seen too early rather than too late.
    """
    plain = unicodedata.normalize("NFKC", text).strip().lower()
    plain = re.sub(r"[(\[【].*", "", plain).strip() or plain
    plain = plain.rstrip("/").rpartition("/")[2] if "://" in plain else plain
    if not plain or len(plain) > 40:
        return None
    if every := _MONTHS.search(plain):
        number = every[1] or every[2]
        months = int(number) if number.isdigit() else _NUMBERS.get(number, 0)
        return _BY_MONTHS.get(months, "irregular")
    for wanted in _ORDERED:
        for cycle, pattern in _WORDS:
            if cycle == wanted and re.search(pattern, plain):
                return cycle
    return None
