"""Named checks of one implementation list against itself (FACTS §4.5).

A check that needs an element the file did not deliver says nothing: unknown is not wrong.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from yitang.ground.base.clock import Term
from yitang.ground.base.text import Message

from .items import COURIER, ItemFacts

PHONE = re.compile(r"0\d{2,3}-\d{7,8}(-\d+)?")
LICENCE = "01"
LICENCE_STEPS = ("受理", "审核", "审批", "办结", "送达")
NO_REASON = frozenset({"", "无"})
RESULT_ENDINGS = (("批复", "approval"), ("证", "certificate"), ("文", "document"))


@dataclass(frozen=True, slots=True)
class Check:
    """One rule: its name, the sentence a clerk reads, its source, whether an item keeps it."""

    code: str
    sentence: str
    source: str
    is_kept: Callable[[ItemFacts], bool]

    def message(self, item: ItemFacts) -> Message:
        """The sentence about this item."""
        return Message(f"services.check.{self.code}", self.sentence, {"item": item.name})


def _instant(item: ItemFacts) -> bool:
    if item.promised_limit is None or not item.case_type:
        return True
    return (item.promised_limit.amount == 0) == item.is_instant


def _presence_reason(item: ItemFacts) -> bool:
    if item.visits is None:
        return True
    return (item.visits > 0) != (item.presence_reason.strip() in NO_REASON)


def _postal(item: ItemFacts) -> bool:
    is_far = item.visits == 0 and bool(item.channels) and not item.is_online
    return not is_far or COURIER in item.channels


def _whole_online(item: ItemFacts) -> bool:
    return item.online_depth != "4" or item.visits in {0, None}


def _fee(item: ItemFacts) -> bool:
    if item.charges is None:
        return True
    if not item.charges:
        return not item.online_payment
    fee = item.fee
    named = fee is not None and all((fee.name, fee.standard, fee.basis))
    return named and item.online_payment is not None


def _phones(item: ItemFacts) -> bool:
    if not (item.consult_phone or item.complaint_phone):
        return True
    both = (item.consult_phone, item.complaint_phone)
    return both[0] != both[1] and all(PHONE.fullmatch(phone) for phone in both)


def _themes(item: ItemFacts) -> bool:
    if not (item.target and item.themes):
        return True
    people, others = "1" in item.target, set(item.target) != {"1"}
    return (people, others) == ("natural" in item.themes, "legal" in item.themes)


def _result_kind(item: ItemFacts) -> bool:
    if not (item.result_name and item.result_kind):
        return True
    for ending, kind in RESULT_ENDINGS:
        if item.result_name.endswith(ending):
            return item.result_kind == kind
    return True


def _result_sample(item: ItemFacts) -> bool:
    has_result = item.result_kind not in {"", "none"}
    return not has_result or item.result_sample is not False


def _licence_steps(item: ItemFacts) -> bool:
    if item.type != LICENCE or not item.steps:
        return True
    return all(step in item.steps for step in LICENCE_STEPS)


def _promise(item: ItemFacts) -> bool:
    promised, statutory = item.promised_limit, item.statutory_limit
    return promised is None or statutory is None or not _is_longer(promised, statutory)


def _is_longer(one: Term, other: Term) -> bool:
    """Different units are not compared."""
    return one.unit is other.unit and one.amount > other.amount


FACTS_45 = "GB/T 39554 (prefecture checker), FACTS §4.5"
CHECKS: tuple[Check, ...] = (
    Check(
        "instant",
        "“{item}”: a promise of no time and the case type “done at once” go together.",
        FACTS_45,
        _instant,
    ),
    Check(
        "presence_reason",
        "“{item}”: say why a visit is needed exactly when one is.",
        FACTS_45,
        _presence_reason,
    ),
    Check(
        "postal",
        "“{item}”: no visit and nothing online, so papers must be accepted by post.",
        FACTS_45,
        _postal,
    ),
    Check(
        "whole_online",
        "“{item}”: handled wholly online means no visit.",
        FACTS_45,
        _whole_online,
    ),
    Check(
        "fee",
        "“{item}”: a fee has a name, a standard, a legal basis and a word on paying online; "
        "without a fee nothing is paid online.",
        FACTS_45,
        _fee,
    ),
    Check(
        "phones",
        "“{item}”: the numbers for questions and for complaints differ, each with its area code.",
        FACTS_45,
        _phones,
    ),
    Check(
        "themes",
        "“{item}”: whom it serves and its themes must agree (people, organisations).",
        FACTS_45,
        _themes,
    ),
    Check(
        "result_kind",
        "“{item}”: the result's name and its kind must agree.",
        FACTS_45,
        _result_kind,
    ),
    Check(
        "result_sample",
        "“{item}”: a result needs a sample to look at.",
        FACTS_45,
        _result_sample,
    ),
    Check(
        "licence_steps",
        "“{item}”: a licence has at least the steps 受理, 审核, 审批, 办结, 送达.",
        FACTS_45,
        _licence_steps,
    ),
    Check(
        "promise",
        "“{item}”: the promised time is longer than the law allows.",
        FACTS_45,
        _promise,
    ),
)


def broken_checks(item: ItemFacts) -> list[Check]:
    """The checks that ``item`` does not keep, in their order."""
    return [check for check in CHECKS if not check.is_kept(item)]


def count_broken(items: Iterable[ItemFacts]) -> dict[str, int]:
    """How many of ``items`` break each check; checks nobody breaks are there with 0."""
    counts = {check.code: 0 for check in CHECKS}
    for item in items:
        for check in broken_checks(item):
            counts[check.code] += 1
    return counts
