"""Names and units of the series that come with Yitang, in the reader's language.

A series of the user's own keeps the name and unit its file gave it.
"""

from __future__ import annotations

from django.utils.translation import gettext, gettext_noop

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
    "亿元": gettext_noop("100 million yuan"),
    "万公里": gettext_noop("10,000 km"),
    "亿户": gettext_noop("100 million subscriptions"),
    "亿": gettext_noop("100 million"),
    "万个": gettext_noop("10,000"),
    "个": gettext_noop("items"),
}


def name_of(indicator: Indicator) -> str:
    """The series' name in the reader's language, if we know it."""
    known = NAMES.get(indicator.code)
    return gettext(known) if known else indicator.name


def unit_of(indicator: Indicator) -> str:
    """The series' unit in the reader's language, if we know it."""
    known = UNITS.get(indicator.unit)
    return gettext(known) if known else indicator.unit
