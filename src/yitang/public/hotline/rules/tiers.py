"""How fast a kind of matter is dispatched and fed back on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from yitang.ground.base.clock import Term, Unit


@dataclass(frozen=True, slots=True)
class Tier:
    """How fast a kind of matter is dispatched and fed back on."""

    code: str
    dispatch_within: Term
    feedback_within: Term
    words: tuple[str, ...] = ()
    duties: frozenset[str] = frozenset()


TIERS: tuple[Tier, ...] = (
    Tier(
        "emergency",
        Term(1, Unit.HOURS),
        Term(2, Unit.HOURS),
        words=("燃气泄漏", "煤气泄漏", "触电", "漏电", "塌方", "坍塌", "中毒", "爆炸", "井盖缺失",
               "生命危险", "溺水", "疫情"),
    ),
    Tier(
        "utilities",
        Term(2, Unit.HOURS),
        Term(24, Unit.HOURS),
        words=("停水", "停电", "停气", "停暖", "没有暖气", "暴雨", "台风", "积水"),
        duties=frozenset({"water", "power", "gas", "heat"}),
    ),
    Tier("general", Term(24, Unit.HOURS), Term(7, Unit.DAYS)),
    Tier("complex", Term(24, Unit.HOURS), Term(15, Unit.DAYS)),
)  # fmt: skip


def tier_of(text: str, *, duty: str = "", tiers: Sequence[Tier] = TIERS) -> Tier:
    """The first tier whose words stand in ``text`` or that names ``duty``; else ``general``."""
    for tier in tiers:
        if duty in tier.duties or any(word in text for word in tier.words):
            return tier
    return tier_named("general", tiers)


def tier_named(code: str, tiers: Sequence[Tier] = TIERS) -> Tier:
    """The tier ``code``, or the general one where a place has no such tier."""
    found = {tier.code: tier for tier in tiers}
    return found.get(code) or found["general"]
