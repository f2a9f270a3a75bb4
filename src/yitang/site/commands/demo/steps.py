"""What the demonstration does, in the order in which a province would."""

from __future__ import annotations

import csv
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from pathlib import Path
from threading import Thread

from django.db import transaction

from yitang.data.catalogue import api as catalogue
from yitang.data.collection import api as collection
from yitang.data.exchange.errors import NothingToSupply
from yitang.data.fusion import api as fusion
from yitang.decision.economy import api as economy
from yitang.decision.insight import api as insight
from yitang.ground.base.clock import civil_date
from yitang.ground.ledger import api as ledger
from yitang.ground.metrics import api as metrics
from yitang.ground.organisations import api as organisations
from yitang.public.services import api as services
from yitang.sample.api import HealthServer, write_province, written_before
from yitang.site.commands.migrate import migrate

from .applying import apply_for_newborns
from .fetching import fetch_sources
from .listening import LABELLED, answer_appeals, learn_classes, measure_halls, take_appeals
from .noticing import deliver_a_further_column, take_a_portal_in
from .registering import close_chimneys, enter_systems
from .running import Demonstration, Step

# A word of the issue's title, how long before the demonstration's moment, what was decided.
DECISIONS = (
    ("学", timedelta(days=8), "新小区的适龄儿童本学期就近分流到有空位的学校，区教育局逐户通知"),
    ("搅拌站", timedelta(days=3), "搅拌站夜间 22 时至次日 6 时停产，生态环境局每晚到场检查"),
)


def make_tables(demo: Demonstration) -> str:
    migrate()
    organisations.system_actor()
    return "tables made"


def write_sample(demo: Demonstration) -> str:
    steps = 20  # about as many files as the writer reports

    def report(name: str, number: int) -> None:
        report.count += 1  # type: ignore[attr-defined]
        demo.advance(report.count / steps)  # type: ignore[attr-defined]

    report.count = 0  # type: ignore[attr-defined]
    written = write_province(demo.sample, people=demo.people, seed=demo.seed, progress=report)
    rows = sum(written.counts.values())
    demo.start("classes", "appeals", "train", str(demo.sample / LABELLED), "--json")
    return f"{written.people:,} people, {rows:,} rows in {len(written.counts)} files"


def load_divisions(demo: Demonstration) -> str:
    actor = organisations.system_actor()
    nation = organisations.load_divisions(
        organisations.national_divisions(), actor=actor, at=demo.at
    )
    demo.advance(0.8)
    own = organisations.load_divisions(demo.sample / "divisions.csv", actor=actor, at=demo.at)
    return f"{nation.total:,} divisions of the country, {own.total:,} of Minhai"


def load_people(demo: Demonstration) -> str:
    actor = organisations.system_actor()
    offices = organisations.load_organisations(
        demo.sample / "organisations.csv", actor=actor, at=demo.at
    )
    demo.advance(0.5)
    officers = organisations.load_officers(demo.sample / "officers.csv", actor=actor, at=demo.at)
    demo.advance(0.9)
    with (demo.sample / "citizens.csv").open(encoding="utf-8", newline="") as file:
        citizens = [
            organisations.create_user(
                username=row["username"],
                display_name=row["display_name"],
                identity_number=row["identity_number"],
                mobile=row["mobile"],
                at=demo.at,
            )
            for row in csv.DictReader(file)
        ]
    return f"{offices.total:,} offices, {officers.total:,} posts, {len(citizens)} citizens"


def fill_catalogue(demo: Demonstration) -> str:
    actor = organisations.system_actor()
    datasets = catalogue.load_datasets(demo.sample / "datasets.toml", actor=actor, at=demo.at)
    for dataset in datasets:
        catalogue.publish_dataset(code=dataset.code, actor=actor, at=demo.at)
    offices = {dataset.organisation_id for dataset in datasets}
    return f"{len(datasets)} datasets of {len(offices)} departments"


def gather_silos(demo: Demonstration) -> str:
    actor = organisations.system_actor()
    written = written_before(demo.sample)
    silos = [
        silo
        for silo in tomllib.loads((demo.sample / "silos.toml").read_text("utf-8"))["silo"]
        if written is None or written.counts.get(silo["dataset"], 1)  # nobody in it, no delivery
    ]
    receipts = []
    with health_department(demo.sample) as address:
        for position, silo in enumerate(silos, start=1):
            if silo["kind"] == "http_json":
                receipt = collection.gather_url(
                    dataset=silo["dataset"], url=address + silo["path"], actor=actor, at=demo.at
                )
            else:
                receipt = collection.gather_file(
                    dataset=silo["dataset"],
                    path=demo.sample / silo["path"],
                    table=silo.get("table", ""),
                    actor=actor,
                    at=demo.at,
                )
            receipts.append(receipt)
            demo.advance(position / len(silos))
    delivered = sum(receipt.delivered for receipt in receipts)
    accepted = sum(receipt.accepted for receipt in receipts)
    rejected = sum(receipt.rejected for receipt in receipts)
    return (
        f"{len(receipts)} silos: {delivered:,} delivered ="
        f" {accepted:,} accepted + {rejected:,} rejected"
    )


@contextmanager
def health_department(folder: Path) -> Iterator[str]:
    """The health commission's own system, answering over loopback while it is asked."""
    with HealthServer(folder) as server:
        answering = Thread(target=server.serve_forever, daemon=True)
        answering.start()
        try:
            yield server.address
        finally:
            server.shutdown()


def load_items(demo: Demonstration) -> str:
    actor = organisations.system_actor()
    receipt = services.load_items(demo.sample / "items.json", actor=actor, at=demo.at)
    summary = services.trip_summary()
    accepted = receipt.delivered - len(receipt.rejected)
    return (
        f"{accepted} items: {summary.average_before:.2f} → {summary.average_after:.2f} trips a case"
    )


def load_economy(demo: Demonstration) -> str:
    figures = economy.load_indicators(
        economy.PUBLISHED / "indicators.csv", at=demo.at, sources=economy.publishers()
    )
    projects = economy.load_projects(demo.sample / "projects.csv", at=demo.at)
    return f"{figures.accepted} published figures, {projects.accepted} projects"


def find_hot_issues(demo: Demonstration) -> str:
    actor = organisations.system_actor()
    found = insight.refresh_from_hotline(
        actor=actor, at=demo.at, since=demo.at - timedelta(days=365)
    )
    issues = insight.hot_issues(actor)
    hottest = f"; hottest: {issues[0].title}, {issues[0].people} people" if issues else ""
    return f"{found.messages:,} messages, {found.issues} issues{hottest}"


def decide_measures(demo: Demonstration) -> str:
    """What the province's leader decided because of an issue, as the issue's page notes it."""
    leader = organisations.user_by_username("leader")
    noted = 0
    for issue in insight.hot_issues(leader) if leader else []:
        for word, earlier, decision in DECISIONS:
            if word in issue.title and leader:
                at = demo.at - earlier
                insight.note_measure(
                    issue_id=issue.public_id,
                    decision=decision,
                    since=civil_date(at),
                    actor=leader,
                    at=at,
                )
                noted += 1
    return f"{noted} noted because of a hot issue"


def find_chimneys(demo: Demonstration) -> str:
    actor = organisations.system_actor()
    found = collection.refresh_overlaps(actor=actor, at=demo.at, advance=demo.advance)
    sums = collection.chimneys(actor)
    return (
        f"{found.overlaps} overlaps among {found.datasets} datasets:"
        f" {sums.datasets} collections with {sums.items} facts could stop"
    )


def refresh_metrics(demo: Demonstration) -> str:
    cells = metrics.refresh_rollups(at=demo.at)
    return f"{len(metrics.metrics())} metrics, {cells:,} figures"


def verify_ledger(demo: Demonstration) -> str:
    ledger.drain_outbox(demo.at)
    ledger.anchor(demo.at)
    found = ledger.verify()
    return f"{found.entries:,} entries, {len(found.problems)} problems"


def fuse_bases(demo: Demonstration) -> str:
    actor = organisations.system_actor()
    people = fusion.fuse_population(actor=actor, at=demo.at)
    demo.advance(0.8)
    firms = fusion.fuse_legal_entities(actor=actor, at=demo.at)
    return (
        f"{people.entities:,} people from {people.records:,} records,"
        f" {people.unmatched:,} without a valid number; {firms.entities:,} firms"
    )


def share_first(demo: Demonstration) -> str:
    actor = organisations.system_actor()
    codes = (demo.sample / "shared_at_start.txt").read_text("utf-8").split()
    datasets = grants = 0
    for position, code in enumerate(codes, start=1):
        # One commit a dataset: nobody waits for each grant. A tiny province may hold no row of it.
        with suppress(NothingToSupply), transaction.atomic():
            shared = services.share_with_services(dataset=code, actor=actor, at=demo.at)
            datasets, grants = datasets + 1, grants + len(shared.grants)
        demo.advance(position / len(codes))
    summary = services.trip_summary()
    return (
        f"{datasets} datasets under {grants} grants:"
        f" {summary.average_before:.2f} → {summary.average_after:.2f} trips a case"
    )


STEPS = (
    Step("Tables", make_tables, each_time=True),  # a newer version may need others
    Step("Invented province", write_sample),
    Step("Divisions", load_divisions),
    Step("Offices and people", load_people),
    Step("Catalogue", fill_catalogue),
    Step("Systems", enter_systems),
    Step("Gathering", gather_silos),
    Step("Sources", fetch_sources),
    Step("Further column", deliver_a_further_column),
    Step("Portal's catalogue", take_a_portal_in),
    Step("Chimneys", find_chimneys),
    Step("Systems retired", close_chimneys),
    Step("Fusion", fuse_bases),
    Step("Service items", load_items),
    Step("Sharing", share_first),
    Step("Learning classes", learn_classes),
    Step("Appeals", take_appeals),
    Step("Answers", answer_appeals),
    Step("Applications", apply_for_newborns),
    Step("Hot issues", find_hot_issues),
    Step("Measures", decide_measures),
    Step("Halls", measure_halls),
    Step("Digital economy", load_economy),
    Step("Figures", refresh_metrics),
    Step("Ledger", verify_ledger),
)
