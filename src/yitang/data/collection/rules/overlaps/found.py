"""What was found: items that agree, and two datasets that hold the same."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Agreement:
    """Two items that say the same of the same subjects.

    ``rate`` of ``subjects`` agree; ``beyond`` is that less what chance would give (0 to 1).
    ``mapped``: the codes differ, but one stands for the other.
    """

    left: str
    right: str
    rate: float
    beyond: float
    subjects: int
    mapped: bool
    weight: float


@dataclass(frozen=True, slots=True)
class Overlap:
    """Two datasets that hold the same, with the evidence and the proposed source.

    ``contained`` is the share of the smaller dataset's subjects that the other knows, ``covered``
    the share of the larger one's; ``share`` the agreeing facts' part in all facts of the dataset
    that holds fewer. ``through`` names a third dataset that shows what the two hold alike better
    than they do by themselves. ``reasons`` are codes of ``REASONS``.
    """

    left: str
    right: str
    key: tuple[str, str]
    subjects: int
    contained: float
    agreements: tuple[Agreement, ...]
    covered: float = 0.0
    share: float = 0.0
    through: str = ""
    source: str = ""
    reasons: tuple[str, ...] = ()

    @property
    def weight(self) -> float:
        """How much agrees: the facts' weights, each less what chance would give."""
        return sum(one.weight * one.beyond for one in self.agreements)
