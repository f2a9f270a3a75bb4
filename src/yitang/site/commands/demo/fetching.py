"""Sources of the health commission: some in time, one whose daily file does not come, one that
cannot be read and is a case by now."""

from __future__ import annotations

import tomllib
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path

from yitang.data.catalogue import api as catalogue
from yitang.data.collection import api as collection
from yitang.ground.base.errors import DomainError
from yitang.ground.organisations import api as organisations
from yitang.ground.plumbing.api import settings
from yitang.sample.api import written_before

from .running import Demonstration

IN_TIME = ("doctors", "health-certificates")
LATE = "deaths"  # a file each day, and none came lately
FAILING = "clinics"  # its file was moved


def fetch_sources(demo: Demonstration) -> str:
    written = written_before(demo.sample)
    toml = tomllib.loads((demo.sample / "silos.toml").read_text("utf-8"))["silo"]
    paths = {
        silo["dataset"]: demo.sample / silo["path"]
        for silo in toml
        if written is None or written.counts.get(silo["dataset"], 1)
    }
    for code in (code for code in IN_TIME if code in paths):
        _fetched(_registered(code, "file", paths[code], demo.at), demo.at)
    since = demo.at - timedelta(days=6)
    inbox = demo.sample / "inbox" / LATE
    inbox.mkdir(parents=True, exist_ok=True)
    _fetched(_registered(LATE, "folder", inbox, since, cycle="daily"), demo.at)
    if FAILING in paths:
        moved = paths[FAILING].with_name("clinics-moved.csv")
        at = demo.at - timedelta(hours=20)
        source = _registered(FAILING, "file", moved, since)
        for minutes in (0, *settings().source_pauses):
            at += timedelta(minutes=minutes)
            _fetched(source, at)
    actor = organisations.system_actor()
    known = collection.sources_for(actor)
    late = collection.late_sources(actor, at=demo.at)
    cases = sum(one.case is not None for one in known)
    return f"{len(known)} sources, {len(late)} late, {cases} a case of its department"


def _registered(
    code: str, kind: str, place: Path, at: datetime, *, cycle: str = ""
) -> collection.Source:
    return collection.register_source(
        dataset=catalogue.dataset(code), kind=kind, location=str(place), cycle=cycle,
        actor=organisations.system_actor(), at=at,
    )  # fmt: skip


def _fetched(source: collection.Source, at: datetime) -> None:
    with suppress(DomainError):  # what fails is kept with its source: that is to be seen here
        collection.gather_source(source=source, actor=organisations.system_actor(), at=at)
