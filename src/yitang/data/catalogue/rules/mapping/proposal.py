"""The proposed mapping: for every delivered field a target of ours, or none, and why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from yitang.ground.base.text import Message

from .names import name_scores
from .targets import NEEDED, TARGETS
from .values import Profile, field_names, profile_of, value_scores

# What name and values add up to before a field is taken for something.
ENOUGH = 0.5
_VALUE_WEIGHT = 0.45
# Values alone may speak for these: their shape is unlike any other field's.
_BY_VALUES = frozenset(
    {
        "issued",
        "update_cycle",
        "format",
        "openness",
        "phone",
        "email",
        "page",
        "organisation",
        "industry",
        "identifier",
        "name",
        "abstract",
        "theme",
    }
)
_ALONE = 0.62
_ORDER = {target: order for order, target in enumerate(TARGETS)}
# Two fields of these may both stand; the second is kept with the record, not thrown away.
MANY = frozenset(
    {"phone", "email", "page", "counter", "contact", "region", "licence", "version", "scene"}
)


@dataclass(frozen=True, slots=True)
class Proposed:
    """One delivered field: what it is taken for (empty: nothing), how surely, and why."""

    field: str
    target: str
    score: float
    by_name: float
    by_values: float
    reason: Message
    rivals: tuple[str, ...] = ()
    examples: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Proposal:
    fields: tuple[Proposed, ...]

    @property
    def mapping(self) -> dict[str, str]:
        """Delivered field to target, for those that have one."""
        return {row.field: row.target for row in self.fields if row.target}

    @property
    def missing(self) -> tuple[str, ...]:
        """Targets that every record needs and no field was taken for."""
        taken = set(self.mapping.values())
        return tuple(target for target in NEEDED if target not in taken)


def propose(
    records: Sequence[Mapping[str, object]], *, given: Mapping[str, str] | None = None
) -> Proposal:
    """What each field of ``records`` most likely is; ``given`` is what somebody said already."""
    said = dict(given or {})
    names = field_names(records)
    profiles = {name: profile_of(name, [record.get(name) for record in records]) for name in names}
    spoken = {name: name_scores(name) for name in names}
    scores = {name: _scores(profiles[name], spoken[name]) for name in names if name not in said}
    chosen = _choose(scores, taken={target for target in said.values() if target not in MANY})
    chosen.update({name: target for name, target in said.items() if target})
    return Proposal(
        tuple(
            _row(profiles[name], spoken[name], scores.get(name, {}), chosen.get(name, ""), said)
            for name in names
        )
    )


def _scores(profile: Profile, spoken: Mapping[str, float]) -> dict[str, float]:
    values = value_scores(profile)
    found: dict[str, float] = {}
    for target in TARGETS:
        name, value = spoken.get(target, 0.0), values.get(target, 0.0)
        if name:
            found[target] = name + _VALUE_WEIGHT * value
        elif target in _BY_VALUES and value > 0.5:
            found[target] = _ALONE * value
    return found


def _choose(scores: Mapping[str, Mapping[str, float]], *, taken: set[str]) -> dict[str, str]:
    """The best pairs first; a target goes to one field, unless several may hold it."""
    pairs = sorted(
        (
            (score, -order, -_ORDER[target], name, target)
            for order, (name, found) in enumerate(scores.items())
            for target, score in found.items()
            if score >= ENOUGH
        ),
        reverse=True,
    )
    chosen: dict[str, str] = {}
    used = set(taken)
    for _, _, _, name, target in pairs:
        if name in chosen or target in used:
            continue
        chosen[name] = target
        if target not in MANY:
            used.add(target)
    _second_classification(chosen, scores, used)
    return chosen


def _second_classification(
    chosen: dict[str, str], scores: Mapping[str, Mapping[str, float]], used: set[str]
) -> None:
    """A portal that classifies twice classifies by theme and by sector (FACTS 2.1)."""
    for name, found in scores.items():
        if name not in chosen and "industry" not in used and found.get("theme", 0) >= ENOUGH:
            chosen[name] = "industry"
            used.add("industry")


def _row(
    profile: Profile,
    spoken: Mapping[str, float],
    scores: Mapping[str, float],
    target: str,
    said: Mapping[str, str],
) -> Proposed:
    by_name = spoken.get(target, 0.0)
    by_values = value_scores(profile).get(target, 0.0)
    rivals = sorted(scores, key=lambda other: -scores[other])
    return Proposed(
        field=profile.name,
        target=target,
        score=round(scores.get(target, 1.0 if profile.name in said else 0.0), 3),
        by_name=round(by_name, 3),
        by_values=round(by_values, 3),
        reason=_reason(profile, target, by_name, by_values, said),
        rivals=tuple(other for other in rivals if other != target)[:2],
        examples=profile.examples,
    )


def _reason(
    profile: Profile, target: str, by_name: float, by_values: float, said: Mapping[str, str]
) -> Message:
    if profile.name in said:
        return Message("catalogue.mapping.said", "somebody said so")
    if not profile.filled:
        return (
            Message("catalogue.mapping.name_only", "its name says so; it has no values")
            if target
            else Message("catalogue.mapping.empty", "it is empty")
        )
    if not target:
        return Message(
            "catalogue.mapping.nothing",
            "neither its name nor its values are those of a field of ours",
        )
    if target == "industry" and not by_name and by_values <= 0.5:
        return Message(
            "catalogue.mapping.second",
            "another field holds the theme; this is its second classification",
        )
    if by_name and by_values > 0.2:
        return Message("catalogue.mapping.both", "its name says so, and its values fit")
    if by_name and by_values < -0.2:
        return Message(
            "catalogue.mapping.name_against", "its name says so, though its values fit badly"
        )
    if by_name:
        return Message("catalogue.mapping.name", "its name says so")
    return Message(
        "catalogue.mapping.values", "its values are of that kind, though its name does not say so"
    )
