"""The rules of the room, one file for each noun; import them from here.

Sources: 国办发〔2020〕53号 (one number, closed loop); 北京市接诉即办工作条例 (2021) Arts 10-15, 23,
32; DB11/T 2021-2022 (time tiers); 潍坊市12345政务服务便民热线条例 (2021) (return once, then final).
Tiers and rates differ by place and year, so both are configuration with these defaults.
"""

from .appeals import (
    KIND_WORDS,
    LONGEST_OWN_TITLE,
    LONGEST_TEXT,
    LONGEST_TITLE,
    MOBILE,
    AppealCount,
    AppealFacts,
    AppealKind,
    Channel,
    kind_of,
    own_title,
)
from .configuration import (
    Configuration,
)
from .files import (
    CHANNEL_NAMES,
    HEADERS,
    KIND_NAMES,
    REQUIRED,
    YES,
    Draft,
    Receipt,
    RowProblem,
    draft_of_row,
    parse_moment,
    proposed_mapping,
)
from .rates import (
    CallBackFacts,
    Rate,
    RateRules,
    Rates,
    Solved,
    three_rates_of,
)
from .tiers import (
    TIERS,
    Tier,
    tier_named,
    tier_of,
)
from .workflow import (
    APPEAL,
    KIND,
    PREFIX,
    RETURN_WITHIN,
)

__all__ = [
    "APPEAL",
    "CHANNEL_NAMES",
    "HEADERS",
    "KIND",
    "KIND_NAMES",
    "KIND_WORDS",
    "LONGEST_OWN_TITLE",
    "LONGEST_TEXT",
    "LONGEST_TITLE",
    "MOBILE",
    "PREFIX",
    "REQUIRED",
    "RETURN_WITHIN",
    "TIERS",
    "YES",
    "AppealCount",
    "AppealFacts",
    "AppealKind",
    "CallBackFacts",
    "Channel",
    "Configuration",
    "Draft",
    "Rate",
    "RateRules",
    "Rates",
    "Receipt",
    "RowProblem",
    "Solved",
    "Tier",
    "draft_of_row",
    "kind_of",
    "own_title",
    "parse_moment",
    "proposed_mapping",
    "three_rates_of",
    "tier_named",
    "tier_of",
]
