"""Plain functions over messages: clusters, heat, issues, and what followed a measure."""

from .clusters import Cluster, cluster_messages
from .heat import Heat, Trend, heat_of, people_of, period_of, trend_of
from .issues import FoundIssue, Quote, find_issues
from .matching import match_issues
from .measures import Effect, effect_of
from .messages import Message
from .places import place_of
from .verdicts import Verdict, Vote, verdict_of

__all__ = [
    "Cluster",
    "Effect",
    "FoundIssue",
    "Heat",
    "Message",
    "Quote",
    "Trend",
    "Verdict",
    "Vote",
    "cluster_messages",
    "effect_of",
    "find_issues",
    "heat_of",
    "match_issues",
    "people_of",
    "period_of",
    "place_of",
    "trend_of",
    "verdict_of",
]
