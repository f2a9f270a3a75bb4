"""Writing the whole province into a folder."""

from __future__ import annotations

import csv
import json
import random
import shutil
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TextIO

from .appeals import write_appeals, write_labelled
from .datasets import catalogue_toml
from .dirt import Clerk
from .errors import FolderUnusable
from .halls import write_halls
from .items import write_items
from .offices import officers, offices
from .own_workbook import write_own_workbook
from .people import STORY, Block, blocks
from .places import divisions
from .projects import write_projects
from .registers import overlaps, register_silos
from .silos import SILOS, Context, Silo
from .sinks import Sink
from .systems import write_systems

TODAY = date(2026, 11, 23)
# A small province speaks less: messages and labelled examples for so many people.
MOST_APPEALS, FEWEST_APPEALS, PEOPLE_AN_APPEAL = 1200, 320, 40
MOST_LABELLED, FEWEST_LABELLED, PEOPLE_A_LABEL = 2400, 900, 20
MARK = "province.json"  # lies there from the beginning; says whether the folder is complete
Step = Callable[[str, int], None]


@dataclass(slots=True)
class Written:
    """How many of everything lies in the folder."""

    people: int
    seed: int
    counts: dict[str, int] = field(default_factory=dict)


def write_province(
    folder: Path,
    *,
    people: int,
    seed: int = 1,
    appeals: int | None = None,
    today: date = TODAY,
    progress: Step = lambda _, __: None,
) -> Written:
    """Write Minhai as its departments would hand it over; ``docs/sample.md`` names every file.

    The same ``people`` and ``seed`` give the same bytes (of the workbooks: the same cells). A
    folder of an earlier sample is written over. Raises ``FolderUnusable``. ``progress`` is told
    the name of what was written and how many rows it has. ``appeals`` follow the number of
    people, from 320 (the planted ones and some) to 1,200, unless they are given.
    """
    if appeals is None:
        appeals = _between(people // PEOPLE_AN_APPEAL, FEWEST_APPEALS, MOST_APPEALS)
    labelled = _between(people // PEOPLE_A_LABEL, FEWEST_LABELLED, MOST_LABELLED)
    written = Written(people, seed)

    def count(name: str, number: int) -> None:
        written.counts[name] = number
        progress(name, number)

    try:
        _prepare(folder)
        _write_tables(folder, count)
        count("items", write_items(folder))
        count("appeals", write_appeals(folder, seed=seed, number=appeals, today=today))
        count("labelled appeals", write_labelled(folder, seed=seed, number=labelled, today=today))
        count("projects", write_projects(folder, seed=seed, today=today))
        count("systems", write_systems(folder, seed=seed))
        count("visits", write_halls(folder, seed=seed, today=today))
        count("own workbook", write_own_workbook(folder, seed=seed))
        _write_overlaps(folder)
        _write_silos(folder, people=people, context=Context(seed, today), count=count)
        _mark(folder, people=people, seed=seed, counts=written.counts)
    except OSError as error:
        raise FolderUnusable(folder=folder, problem=error.strerror or str(error)) from None
    return written


def _between(number: int, least: int, most: int) -> int:
    return min(most, max(least, number))


def written_before(folder: Path) -> Written | None:
    """What a complete sample in ``folder`` holds; ``None`` when there is none."""
    try:
        mark = json.loads((folder / MARK).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return Written(mark["people"], mark["seed"], mark["counts"]) if mark["counts"] else None


def _prepare(folder: Path) -> None:
    """Empty the folder if it is a sample's; never touch files that are not ours."""
    if folder.exists() and any(folder.iterdir()):
        if not (folder / MARK).exists():
            problem = "it holds other files; name an empty folder"
            raise FolderUnusable(folder=folder, problem=problem)
        shutil.rmtree(folder)
    (folder / "truth").mkdir(parents=True)
    _mark(folder, people=0, seed=0, counts={})


def _mark(folder: Path, *, people: int, seed: int, counts: dict[str, int]) -> None:
    mark = {"people": people, "seed": seed, "counts": counts}
    (folder / MARK).write_text(json.dumps(mark, indent=1) + "\n", encoding="utf-8")


def _write_tables(folder: Path, count: Step) -> None:
    rows: list[Sequence[object]] = [
        (p.code, p.name, p.level, p.parent, p.valid_from, p.valid_to, ";".join(p.successors))
        for p in divisions()
    ]
    columns = ("code", "name", "level", "parent", "valid_from", "valid_to", "successors")
    _table(folder / "divisions.csv", columns, rows)
    count("divisions", len(rows))
    rows = [
        (o.name, o.short_name, o.credit_code, o.division, o.kind, ";".join(o.duties))
        for o in offices()
    ]
    names = ("name", "short_name", "credit_code", "division", "kind", "duties")
    _table(folder / "organisations.csv", names, rows)
    count("organisations", len(rows))
    rows = [
        (o.username, o.display_name, o.role, o.office, o.mobile, "2025-01-01") for o in officers()
    ]
    posts = ("username", "display_name", "role", "organisation", "mobile", "valid_from")
    _table(folder / "officers.csv", posts, rows)
    count("officers", len(rows))
    (folder / "datasets.toml").write_text(catalogue_toml(), encoding="utf-8")
    (folder / "silos.toml").write_text(_silos_toml(), encoding="utf-8")


def silos() -> tuple[Silo, ...]:
    """Everything that departments hand over, the large silos first."""
    return (*SILOS, *register_silos())


def _silos_toml() -> str:
    lines = []
    for silo in silos():
        lines += ["[[silo]]"]
        for key in ("dataset", "kind", "path", "encoding", "table", "header_row"):
            value = getattr(silo, key)
            if value and not (key == "header_row" and silo.kind != "excel"):
                lines.append(f"{key} = {json.dumps(value)}")
        lines.append("")
    return "\n".join(lines)


def _write_silos(folder: Path, *, people: int, context: Context, count: Step) -> None:
    truth = folder / "truth"
    with ExitStack() as stack:
        sinks = [(silo, silo.open(folder), _clerk(silo, context)) for silo in silos()]
        files = {
            name: stack.enter_context(
                (truth / f"{name}.csv").open("w", encoding="utf-8", newline="")
            )
            for name in ("persons", "children", "companies", "dirt", "people")
        }
        _write_truth_headers(files)
        for block in blocks(people=people, seed=context.seed, today=context.today):
            if block.number == 0:
                _write_citizens(folder, block)
            csv.writer(files["people"]).writerows(_people_rows(block))
            for silo, sink, clerk in sinks:
                _write_block(silo, sink, clerk, block, context, files)
        for silo, sink, clerk in sinks:
            sink.close()
            count(silo.dataset, clerk.written)


def _clerk(silo: Silo, context: Context) -> Clerk:
    chosen = random.Random(f"minhai {silo.dataset} {context.seed}")
    return Clerk(silo.dataset, silo.prefix, silo.rates, chosen)


def _write_block(
    silo: Silo,
    sink: Sink,
    clerk: Clerk,
    block: Block,
    context: Context,
    files: Mapping[str, TextIO],
) -> None:
    sink.write(silo.rows(block, clerk, context))
    csv.writer(files[silo.about]).writerows(clerk.known)
    csv.writer(files["children"]).writerows(clerk.children)
    csv.writer(files["dirt"]).writerows(clerk.slips)
    clerk.known.clear()
    clerk.children.clear()
    clerk.slips.clear()


def _write_truth_headers(files: Mapping[str, TextIO]) -> None:
    headers = {
        "persons": ("dataset", "record", "person"),
        "children": ("dataset", "record", "person"),
        "companies": ("dataset", "record", "entity"),
        "dirt": ("dataset", "record", "field", "kind"),
        "people": (
            "person", "identity_number", "name", "sex", "birth_date", "division_code",
            "mother", "father",
        ),
    }  # fmt: skip
    for name, header in headers.items():
        csv.writer(files[name]).writerow(header)


def _write_overlaps(folder: Path) -> None:
    rows = [
        (found.left, found.right, ";".join(f"{a}={b}" for a, b in found.items), found.source)
        for found in overlaps()
    ]
    _table(folder / "truth" / "overlaps.csv", ("left", "right", "items", "source"), rows)


def _people_rows(block: Block) -> Iterable[Sequence[object]]:
    for household, p in block.people:
        mother, father = (parent.id if parent else "" for parent in (p.mother, p.father))
        county = household.home.county_code
        yield p.id, p.number, p.name, p.sex, p.birth, county, mother, father


def _write_citizens(folder: Path, block: Block) -> None:
    """Accounts of the demo's family: the mother is ``citizen``."""
    story = next(household for household in block.households if household.number == STORY)
    rows = [
        (username, person.name, person.number, person.mobile)
        for username, person in zip(("citizen", "father"), story.people, strict=False)
    ]
    _table(folder / "citizens.csv", ("username", "display_name", "identity_number", "mobile"), rows)


def _table(path: Path, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file)
        table.writerow(columns)
        table.writerows(rows)
