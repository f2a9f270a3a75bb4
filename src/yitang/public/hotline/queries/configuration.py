"""What a place has set for tiers and rates."""

from __future__ import annotations

from yitang.ground.base.clock import Term
from yitang.public.hotline.models import Setting
from yitang.public.hotline.rules import Configuration, RateRules, Tier


def configuration() -> Configuration:
    """Tiers and rates of this place: the newest setting, else the defaults."""
    newest = Setting.objects.first()
    return configuration_of(newest.body, source=newest.source) if newest else Configuration()


def configuration_of(body: dict[str, object], *, source: str) -> Configuration:
    """The configuration that ``body`` (TOML or JSON) describes; ``ValueError`` when wrong."""
    tiers, rates = body.get("tiers", []), body.get("rates", {})
    if not isinstance(tiers, list) or not isinstance(rates, dict):
        raise ValueError("tiers must be a list of tables and rates a table")
    read = tuple(
        Tier(
            code=str(tier["code"]),
            dispatch_within=Term.parse(str(tier["dispatch_within"])),
            feedback_within=Term.parse(str(tier["feedback_within"])),
            words=tuple(tier.get("words", ())),
            duties=frozenset(tier.get("duties", ())),
        )
        for tier in tiers
    )
    if read and "general" not in {tier.code for tier in read}:
        raise ValueError("one tier must have the code general")
    default = RateRules()
    weights = tuple(float(weight) for weight in rates.get("weights", default.weights))
    if len(weights) != 3 or abs(sum(weights) - 1) > 1e-9:
        raise ValueError("weights are three numbers that add up to 1")
    rules = RateRules(
        partly_counts=float(rates.get("partly_counts", default.partly_counts)),
        counts_unreached=bool(rates.get("counts_unreached", default.counts_unreached)),
        left_out=frozenset(rates.get("left_out", default.left_out)),
        weights=(weights[0], weights[1], weights[2]),
    )
    return Configuration(read or Configuration().tiers, rules, source)
