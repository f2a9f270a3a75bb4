"""The border rules over columns: the same answers as ``rules.border``, a million rows at a time.

``plain`` knows values in their usual writing by their bytes, a column at once, and finds no
faults; what it does not know goes to ``careful``, which finds them. ``passage`` brings the two
together, row by row of the source.
"""

from .arrays import of_integers, of_mask
from .aside import aside
from .faults import Faults, Positions, rows_with_faults
from .passage import check_columns, target_schema
from .quality import is_usable_pattern, judge_rows
from .seen import Seen
from .tallying import Tallying

__all__ = [
    "Faults",
    "Positions",
    "Seen",
    "Tallying",
    "aside",
    "check_columns",
    "is_usable_pattern",
    "judge_rows",
    "of_integers",
    "of_mask",
    "rows_with_faults",
    "target_schema",
]
