"""Every read of the room, one file for each noun."""

from .appeals import (
    appeal_by_number,
    appeal_counts,
    appeal_for,
    appeal_of_case,
    appeal_timeline,
    appeals_filed,
    appeals_for_insight,
    appeals_of,
    appeals_with_cases,
    categories,
    imports,
    shown_place,
    shown_text,
)
from .configuration import (
    configuration,
    configuration_of,
)
from .figures import METRICS, counted_figures, dispatch_shares, facts_of, observation_of
from .rates import (
    appeals_asked,
    rates_by_division,
    said_solved,
    solved_rate_by_division,
    three_rates,
)
from .suggestions import (
    SURE_AT_LEAST,
    Suggester,
    Suggestion,
    check_trained,
    suggest_dispatch,
    suggestions,
    trained,
)

__all__ = [
    "METRICS",
    "SURE_AT_LEAST",
    "Suggester",
    "Suggestion",
    "appeal_by_number",
    "appeal_counts",
    "appeal_for",
    "appeal_of_case",
    "appeal_timeline",
    "appeals_asked",
    "appeals_filed",
    "appeals_for_insight",
    "appeals_of",
    "appeals_with_cases",
    "categories",
    "check_trained",
    "configuration",
    "configuration_of",
    "counted_figures",
    "dispatch_shares",
    "facts_of",
    "imports",
    "observation_of",
    "rates_by_division",
    "said_solved",
    "shown_place",
    "shown_text",
    "solved_rate_by_division",
    "suggest_dispatch",
    "suggestions",
    "three_rates",
    "trained",
]
