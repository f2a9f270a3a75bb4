"""Names and units of the series that come with Yitang, in the reader's language.

A series of the user's own keeps the name and unit its file gave it.
"""

from __future__ import annotations

from decimal import Decimal

from django.utils.translation import get_language, gettext, gettext_noop

from yitang.decision.economy.api import Indicator

NAMES = {
    "digital_economy": gettext_noop("Size of the digital economy (CAICT)"),
    "digital_economy_share_gdp": gettext_noop("Digital economy, share of GDP (CAICT)"),
    "fibre_line_length": gettext_noop("Length of fibre-optic lines"),
    "users_4g": gettext_noop("4G users"),
    "users_4g_net_increase": gettext_noop("4G users, published net increase"),
    "users_5g": gettext_noop("5G users"),
    "mobile_users": gettext_noop("Mobile users"),
    "base_stations_4g": gettext_noop("4G base stations"),
    "base_stations_5g": gettext_noop("5G base stations"),
    "ipv6_active_users": gettext_noop("Active IPv6 users"),
    "summit_projects": gettext_noop("Projects at the Digital China Summit"),
    "summit_investment": gettext_noop("Investment at the Digital China Summit"),
}
UNITS = {
    "万亿元": gettext_noop("trillion yuan"),
    "个": gettext_noop("items"),
}


MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
MIDDLE = "mid"


def period_of(period: str) -> str:
    """``2018``, ``2025-11`` or ``2026-mid`` as it is said: 2018 年, Nov 2025, mid-2026."""
    year, _, part = period.partition("-")
    is_chinese = _is_chinese()
    if part == MIDDLE:
        return f"{year} 年中" if is_chinese else f"mid-{year}"
    if part.isdigit() and 1 <= int(part) <= len(MONTHS):
        return f"{year} 年 {int(part)} 月" if is_chinese else f"{MONTHS[int(part) - 1]} {year}"
    return f"{period} 年" if is_chinese and period.isdigit() else period


def time_of(period: str) -> float | None:
    """Where a period ends on a line of years, 2018 being the end of 2018; ``None`` if no time."""
    year, _, part = period.partition("-")
    if not year.isdigit() or not (part in {"", MIDDLE} or part.isdigit()):
        return None
    ended = {"": 12, MIDDLE: 6}.get(part) or int(part)
    return round(int(year) - 1 + ended / 12, 3)


# English counts in thousands where Chinese counts in ten thousands.
ENGLISH_UNITS = {
    "万公里": (Decimal("0.01"), gettext_noop("million km")),
    "亿户": (Decimal("0.1"), gettext_noop("billion subscriptions")),
    "亿元": (Decimal("0.1"), gettext_noop("billion yuan")),
    "亿": (Decimal(100), gettext_noop("million")),
    "万个": (Decimal("0.01"), gettext_noop("million")),
}


def spoken(value: Decimal, indicator: Indicator) -> tuple[str, str]:
    """A value and its unit as each language counts: 4,358 万公里, 43.58 million km."""
    if not _is_chinese() and indicator.unit in ENGLISH_UNITS:
        factor, unit = ENGLISH_UNITS[indicator.unit]
        return f"{(value * factor).normalize():,f}", gettext(unit)
    return f"{value.normalize():,f}", unit_of(indicator)


def name_of(indicator: Indicator) -> str:
    """The series' name in the reader's language, if we know it."""
    known = NAMES.get(indicator.code)
    return gettext(known) if known else indicator.name


def unit_of(indicator: Indicator) -> str:
    """The series' unit in the reader's language, if we know it."""
    known = UNITS.get(indicator.unit)
    return gettext(known) if known and not _is_chinese() else indicator.unit


def _is_chinese() -> bool:
    return (get_language() or "").startswith("zh")
