"""The invented province through the doors it is written for, small: what a visitor relies on."""

from __future__ import annotations

import csv
import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.utils.translation import override

from yitang.data.catalogue.api import (
    COST_ENDED,
    SYSTEMS_IN_USE,
    dataset,
    every_system,
    load_datasets,
)
from yitang.data.catalogue.rules import read_entries
from yitang.data.collection.tests.factories import make_overlap
from yitang.ground.metrics.api import check_rollups
from yitang.ground.organisations.api import load_divisions, load_organisations, system_actor
from yitang.ground.organisations.rules import ROLES, is_division_code
from yitang.public.services.api import load_items, search_items
from yitang.public.services.rules import (
    count_broken,
    next_datasets_to_share,
    read_item,
    summarise,
)
from yitang.public.services.rules.everyday import EVERYDAY
from yitang.sample.api import SHARED_AT_START, write_province
from yitang.site.commands.demo.registering import close_chimneys, enter_systems
from yitang.site.commands.demo.running import Demonstration
from yitang.site.web.shell.portal import life_cards

AT = datetime(2026, 11, 23, 2, 42, tzinfo=UTC)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("minhai") / "sample"
    write_province(path, people=200, seed=1, appeals=300)
    return path


def test_the_item_list_keeps_every_check_and_births_save_most(folder: Path) -> None:
    rows = json.loads((folder / "items.json").read_text(encoding="utf-8"))["items"]
    items = [read_item(row) for row in rows]
    assert set(count_broken(items).values()) == {0}
    shared = frozenset(SHARED_AT_START)
    summary = summarise(items, shared)
    assert summary.average_before > 3 * summary.average_after > 0
    best = next_datasets_to_share(items, shared=shared)[0]
    assert best.dataset == "births"
    newborn = next(item for item in items if item.form == "newborn")
    assert newborn.name == "新生儿落户"
    assert newborn.code in best.items
    assert {m.dataset for m in newborn.materials if m.dataset} <= shared | {"births"}


@pytest.mark.doors
@pytest.mark.django_db
def test_what_people_call_a_matter_finds_its_items(folder: Path) -> None:
    load_items(folder / "items.json", actor=system_actor(), at=AT)
    for said, item in (
        ("孩子出生", "新生儿落户"),
        ("开饭馆", "食品经营许可"),
        ("换驾照", "机动车驾驶证期满换证"),
        ("娃", "新生儿落户"),
        ("新生兒", "新生儿落户"),
        ("open a restaurant", "食品经营许可"),
        ("renew a licence", "机动车驾驶证期满换证"),
    ):
        assert item in [row.item.name for row in search_items(said).rows], said
    for names in EVERYDAY.values():
        for name in names:
            assert search_items(name, limit=1).rows, name
    with override("zh-hans"):
        cards = {card.search: card for card in life_cards()}
    for card in cards.values():  # a card promises what the list behind it says
        going = sum(bool(row.trips.after) for row in search_items(card.search).rows)
        assert (card.mood == "soon") == bool(going)
    assert cards["残疾人补贴"].covers == "困难残疾人生活补贴、重度残疾人护理补贴"
    assert cards["退休"].tag.startswith("3 项")


def test_the_catalogue_reads_every_entry(folder: Path) -> None:
    specs = read_entries((folder / "datasets.toml").read_text(encoding="utf-8"))
    assert len({spec.code for spec in specs}) == len(specs) >= 56
    headers = {
        item.label: item for spec in specs if spec.code == "residents" for item in spec.items
    }
    line = (folder / "silos/police/residents.csv").read_text("gbk", errors="replace").split("\n")[0]
    assert set(line.strip().split(",")) == set(headers)


def test_divisions_and_roles_are_those_of_the_house(folder: Path) -> None:
    with (folder / "divisions.csv").open(encoding="utf-8", newline="") as file:
        assert all(is_division_code(row["code"]) for row in csv.DictReader(file))
    with (folder / "officers.csv").open(encoding="utf-8", newline="") as file:
        posts = list(csv.DictReader(file))
    named = {row["role"] for row in posts if row["username"] == row["role"]}
    assert named | {"citizen", "system"} == set(ROLES)


@pytest.mark.doors
@pytest.mark.django_db
def test_the_register_of_systems_is_taken_whole_and_an_overlap_retires_one(folder: Path) -> None:
    actor = system_actor()
    load_divisions(folder / "divisions.csv", actor=actor, at=AT)
    load_organisations(folder / "organisations.csv", actor=actor, at=AT)
    load_datasets(folder / "datasets.toml", actor=actor, at=AT)
    demo = Demonstration(home=folder.parent, people=200, seed=1, at=AT)
    assert enter_systems(demo).startswith("62 systems: 28 connected, 8 ended")
    assert not check_rollups([SYSTEMS_IN_USE, COST_ENDED])
    source, copy = dataset("real-estate"), dataset("housing-archive")
    overlap = make_overlap(source, copy)
    make_overlap(dataset("companies"), dataset("taxpayers"))  # its system goes on for other data
    assert close_chimneys(demo).startswith("1 collections stopped with their systems")
    overlap.refresh_from_db()
    assert overlap.state == "stopped"
    states = {row.code: row.state for row in every_system(actor)}
    assert (states["ZJ-02"], states["SW-01"]) == ("retired", "connected")
    assert enter_systems(replace(demo, home=folder.parent / "older")).startswith("no list")
