"""An invented Chinese population in five departments' registers, with the truth beside them.

    python bench/people_data.py FOLDER --records 1000000 --seed 1 [--hard]

The folder then holds one Parquet file a department (all columns text, as departments write), the
``truth.parquet`` (source, source_id, entity) and a ``spec.toml`` for ``yitang fuse``. Standard:
10-25 % of identity numbers missing, 2 % mistyped, 3 % of fifteen digits, 0.2 % a relative's,
0.1 % of persons with a second number, 3 % of names with a homophone or variant character,
traditional characters, five writings of dates and of addresses, days and months swapped, changed
telephones, homes left, 1.5 % twins, 2 % of a register twice. ``--hard``: half of the numbers
missing, errors in names doubled. The same size and seed give the same files.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import polars as pl
from people.persons import Ints
from people.population import population
from people.silos import HARD, SILOS, STANDARD
from people.writing import known_in, written

PERSONS_A_RECORD = 1 / 3.2  # a few more than are needed


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--records", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--hard", action="store_true")
    words = parser.parse_args()
    write(words.folder, words.records, seed=words.seed, hard=words.hard)


def write(folder: Path, records: int, *, seed: int, hard: bool = False) -> None:
    """Whole persons until ``records`` are reached, so at most a few records more or fewer."""
    folder.mkdir(parents=True, exist_ok=True)
    dirt = HARD if hard else STANDARD
    draw = np.random.default_rng([seed, records, int(hard)])
    people, homes = population(draw, int(records * PERSONS_A_RECORD) + 50)
    known = cut(known_in(draw, people, dirt), people.home, records)
    truth = []
    for silo in SILOS:
        table = written(draw, silo, known[silo.name], people, homes, dirt)
        key = silo.columns["key"]
        truth.append(
            table.select(
                pl.lit(silo.name).alias("source"), pl.col(key).alias("source_id"), "entity"
            )
        )
        table.drop("entity").write_parquet(folder / f"{silo.name}.parquet")
    pl.concat(truth).write_parquet(folder / "truth.parquet")
    (folder / "spec.toml").write_text(specification(), encoding="utf-8")


def cut(known: dict[str, Ints], home: Ints, records: int) -> dict[str, Ints]:
    """Only the first households, as many as make that number of records."""
    of_home = np.bincount(home[np.concatenate(list(known.values()))], minlength=int(home.max()) + 1)
    last = int(np.searchsorted(np.cumsum(of_home), records))
    return {name: who[home[who] <= last] for name, who in known.items()}


def specification() -> str:
    lines = ['name = "people"']
    for silo in SILOS:
        roles = dict(silo.columns)
        key, as_of = roles.pop("key"), roles.pop("as_of")
        lines += [
            "",
            "[[sources]]",
            f'name = "{silo.name}"',
            f'path = "{silo.name}.parquet"',
            f'key = "{key}"',
            f"authority = {silo.authority}",
            f'as_of = "{as_of}"',
            "[sources.columns]",
            *(f'{role} = "{column}"' for role, column in roles.items()),
        ]
    return "\n".join([*lines, ""])


if __name__ == "__main__":
    main()
