"""People of five registers made one, beside what one would take instead.

    python bench/fuse_people.py [--records 100000] [--seed 1] [--hard] [--peers] [--rounds 3]

``people_data.py`` invents the records. ``ours`` is ``yitang fuse``. ``floor`` reads the files and
joins them once on the number as delivered. ``exact`` joins on the number once it is verified and
made eighteen digits. ``splink`` is Splink 5 on DuckDB with expert settings and its training,
threshold .95; ``splink-guard`` the same, links taken best first and never two different valid
numbers in a cluster; both also with the threshold that turns out best on the truth.
``recordlinkage`` takes part up to 100,000 records, with a thousand true answers to learn from and
its best threshold. All peers are given
the same prepared columns; preparing them is part of what they took.
"""

from __future__ import annotations

import argparse
import math
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import people_data
import polars as pl
from linking.contest import alone, codes, contest, fuse, spent, true_entities, write_links
from linking.features import prepared, raw
from linking.scoring import Labels, Score, best, components, guarded

HERE = Path(__file__).parent
WEIGHTS = [float(step) for step in range(-4, 31)]
FEW_ENOUGH = 100_100  # for recordlinkage


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--records", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--hard", action="store_true")
    parser.add_argument("--peers", action="store_true", help="without ours")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--folder", type=Path, help="where the data are kept")
    parser.add_argument("--alone", choices=[*MODES, "sweep"], help="one, on the data of --folder")
    words = parser.parse_args()
    if words.alone:
        (MODES | {"sweep": sweep})[words.alone](words.folder)
        return
    with tempfile.TemporaryDirectory(prefix="yitang-bench-") as name:
        folder = words.folder or Path(name)
        people_data.write(folder, words.records, seed=words.seed, hard=words.hard)
        kind = "hard" if words.hard else "standard"
        print(f"{words.records:,} records, {kind}, seed {words.seed}", flush=True)
        modes = [mode for mode in MODES if mode != "recordlinkage" or words.records < FEW_ENOUGH]
        contestants = {mode: alone(__file__, mode, folder) for mode in modes}
        floor = [sys.executable, str(HERE / "linking" / "floor.py"), str(folder)]
        ours = {} if words.peers else {"ours": fuse(folder)}
        contest(ours | {"floor": floor} | contestants, folder, words.rounds)
        spent(alone(__file__, "sweep", folder))
        print((folder / "sweep.txt").read_text(encoding="utf-8"))


def exact(folder: Path) -> None:
    from linking.features import with_numbers

    records = raw(folder)
    number = pl.col("identity_number").str.normalize("NFKC").str.replace_all(r"\s", "")
    records = with_numbers(records.with_columns(number))
    write_links(folder, "exact", records, codes(records.select(own_number()).to_series()))


def own_number() -> pl.Expr:
    return pl.coalesce("number", pl.col("unique_id").cast(pl.String))


def splink(folder: Path) -> None:
    from linking import splink_people

    records = prepared(folder)
    linker = splink_people.trained(records, folder / "model.json")
    write_links(folder, "splink", records, splink_people.clustered(linker))


def splink_guard(folder: Path) -> None:
    from linking import splink_people

    records = prepared(folder)
    linker = splink_people.trained(records, folder / "model.json")
    found = splink_people.links(linker)
    write_links(folder, "splink-guard", records, guarded(len(records), *found, numbers(records)))


def numbers(records: pl.DataFrame) -> Labels:
    """A record's verified number as a number from nought, or -1."""
    ranks = records["number"].rank("dense").cast(pl.Int64) - 1
    return ranks.fill_null(-1).to_numpy()


def by_recordlinkage(folder: Path) -> None:
    """Chance of one half; every pair is left for the sweep, which needs no second run."""
    from linking import recordlinkage_people

    records = prepared(folder)
    left, right, chance = recordlinkage_people.links(records, true_entities(folder, records))
    np.savez(folder / "recordlinkage.npz", left=left, right=right, chance=chance)
    kept = chance >= 0.5
    write_links(folder, "recordlinkage", records, components(len(records), left[kept], right[kept]))


MODES: dict[str, Callable[[Path], None]] = {
    "exact": exact,
    "splink": splink,
    "splink-guard": splink_guard,
    "recordlinkage": by_recordlinkage,
}


def sweep(folder: Path) -> None:
    """The threshold best on the truth for each peer, which nobody has outside a benchmark."""
    from linking import splink_people

    records = prepared(folder)
    truth, number, size = true_entities(folder, records), numbers(records), len(records)
    linker = splink_people.registered(records, str(folder / "model.json"))
    left, right, weight = splink_people.links(linker, WEIGHTS[0])

    def plain(at: float) -> Labels:
        return components(size, left[weight >= at], right[weight >= at])

    def guard(at: float) -> Labels:
        kept = weight >= at
        return guarded(size, left[kept], right[kept], weight[kept], number)

    lines = [line("splink, best", "weight", *best(WEIGHTS, plain, truth))]
    lines.append(line("with the guard, best", "weight", *best(WEIGHTS, guard, truth)))
    if (folder / "recordlinkage.npz").exists():
        pairs = np.load(folder / "recordlinkage.npz")
        chances = [1 / (1 + math.exp(-step / 4)) for step in range(-12, 29)]

        def by_chance(at: float) -> Labels:
            kept = pairs["chance"] >= at
            return components(size, pairs["left"][kept], pairs["right"][kept])

        lines.append(line("recordlinkage, best", "chance", *best(chances, by_chance, truth)))
    (folder / "sweep.txt").write_text("\n".join(lines), encoding="utf-8")


def line(name: str, unit: str, at: float, score: Score) -> str:
    return f"  {name:<22} {score}  at {unit} {at:.3g}"


if __name__ == "__main__":
    main()
