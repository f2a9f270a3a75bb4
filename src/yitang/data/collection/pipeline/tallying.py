"""What a score is made of, counted chunk by chunk as the rows pass the border."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

import numpy as np
import pyarrow as pa

from yitang.data.collection.rules.scores import COMPLETENESS, VALIDITY, Tally, dimension_of

from .faults import Faults, Positions


class Tallying:
    """Grows with every chunk; ``tally`` holds the sums so far."""

    def __init__(self) -> None:
        self._rows = self._cells = self._empty = 0
        self._faulty = Counter[str]()

    @property
    def tally(self) -> Tally:
        return Tally(self._rows, self._cells, self._empty, dict(self._faulty))

    def add(
        self,
        accepted: pa.RecordBatch,
        faults: Faults,
        warned: Iterable[tuple[str, Positions]],
        *,
        broken: int,
    ) -> None:
        """One chunk: its accepted rows, its faults, rows warned of by code, broken rows."""
        self._rows += faults.rows + broken
        self._cells += faults.rows * accepted.num_columns
        self._empty += sum(column.null_count for column in accepted.columns)
        self._faulty[VALIDITY] += broken
        found = [*((code, positions) for _, code, positions in faults.found), *warned]
        for dimension in {dimension_of(code) for code, _ in found}:
            of_it = [positions for code, positions in found if dimension_of(code) == dimension]
            places = np.concatenate(of_it)
            if dimension == COMPLETENESS:
                self._empty += places.size
            else:
                self._faulty[dimension] += np.unique(places).size
