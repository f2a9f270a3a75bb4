"""What is wrong in a chunk of rows."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from yitang.data.collection.rules.writings import Mask

Positions = np.ndarray[tuple[int], np.dtype[np.int64]]


@dataclass(slots=True)
class Faults:
    """What is wrong in one chunk: for each (item, problem) the positions of the rows."""

    rows: int
    found: list[tuple[str, str, Positions]] = field(default_factory=list)

    def add(self, item: str, code: str, positions: Positions) -> None:
        if positions.size:
            self.found.append((item, code, positions))

    @property
    def rejected(self) -> Mask:
        """True for each row with at least one fault."""
        mask = np.zeros(self.rows, dtype=bool)
        for _, _, positions in self.found:
            mask[positions] = True
        return mask


def rows_with_faults(faults: Faults) -> dict[int, list[tuple[str, str]]]:
    """Position of each rejected row to its (item, problem) pairs, in the order of the rules."""
    rows: dict[int, list[tuple[str, str]]] = {}
    for item, code, positions in faults.found:
        for position in positions.tolist():
            rows.setdefault(position, []).append((item, code))
    return rows
