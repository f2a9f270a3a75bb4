"""Every release kept here is brought to today's tables, on both databases, and loses nothing."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps as todays_apps
from django.core.management.color import no_style
from django.db import connection, transaction
from django.db.migrations.executor import MigrationExecutor
from django.db.models import BinaryField, Value

from yitang.data.catalogue import api as catalogue
from yitang.data.collection import api as collection
from yitang.data.exchange import api as exchange
from yitang.data.fusion import api as fusion
from yitang.decision.economy import api as economy
from yitang.decision.insight import api as insight
from yitang.ground.casework import api as casework
from yitang.ground.organisations import api as organisations
from yitang.public.halls import api as halls
from yitang.public.hotline import api as hotline
from yitang.public.services import api as services
from yitang.public.services.tests.factories import MOTHER

HERE = Path(__file__).parent
RELEASES = sorted(path.name for path in HERE.iterdir() if (path / "migrations.json").exists())

Table = tuple[str, list[str], list[list[Any]]]  # model, columns, rows


def kept_tables(release: str) -> Iterator[Table]:
    """The rows of a release by model; the first line of a model names its columns."""
    tables: dict[str, list[list[Any]]] = {}
    with gzip.open(HERE / release / "rows.jsonl.gz", "rt", encoding="utf-8") as lines:
        for line in lines:
            label, *row = json.loads(line)
            tables.setdefault(label, []).append(row)
    for label, (columns, *rows) in tables.items():
        yield label, columns, rows


@contextmanager
def empty_database(folder: Path) -> Iterator[None]:
    """The default connection on a database of its own for a while; the test's own is untouched."""
    before = connection.settings_dict["NAME"]
    name = f"{before}_release" if connection.vendor == "postgresql" else str(folder / "old.sqlite3")
    connection.close()
    _on_server(f"CREATE DATABASE {connection.ops.quote_name(name)}")
    connection.settings_dict["NAME"] = name
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict["NAME"] = before
        _on_server(f"DROP DATABASE {connection.ops.quote_name(name)}")


def _on_server(statement: str) -> None:
    if connection.vendor == "postgresql":
        with connection._nodb_cursor() as cursor:
            cursor.execute(statement)


def install(release: str) -> None:
    """An empty database as that release made it, with the rows that were kept of it."""
    leaves = json.loads((HERE / release / "migrations.json").read_text(encoding="utf-8"))
    executor = MigrationExecutor(connection)
    nodes = list(leaves.items())
    executor.migrate(nodes)
    models = MigrationExecutor(connection).loader.project_state(nodes).apps
    with transaction.atomic():  # foreign keys are checked when it ends, so any order will do
        for label, columns, rows in kept_tables(release):
            model = models.get_model(label)
            model._base_manager.bulk_create(
                model(**{name: _stored(model, name, value) for name, value in pairs})
                for pairs in (zip(columns, row, strict=True) for row in rows)
            )
    every = list(models.get_models(include_auto_created=True))
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), every):
            cursor.execute(statement)


def _stored(model: Any, column: str, value: Any) -> Any:
    """A kept value for an insert: binary ones, encrypted texts among them, exactly as they were."""
    field = next(field for field in model._meta.concrete_fields if field.attname == column)
    made = None if value is None else field.to_python(value)
    if made is not None and isinstance(field, BinaryField):
        return Value(bytes(made), output_field=BinaryField())
    return made


def upgrade() -> None:
    executor = MigrationExecutor(connection)
    executor.migrate(executor.loader.graph.leaf_nodes())
    catalogue.reindex_entries(everything=False)  # as ``yitang migrate`` does


def missing_rows(release: str) -> dict[str, set[Any]]:
    """Keys of kept rows that today's tables lack; every column of the others was read."""
    lost = {}
    for label, columns, rows in kept_tables(release):
        model: Any = todays_apps.get_model(label)
        key = model._meta.pk
        found = {str(row.pk) for row in model._base_manager.all()}  # decrypts what is encrypted
        wanted = {str(row[columns.index(key.attname)]) for row in rows}
        if gone := wanted - found:
            lost[label] = gone
    return lost


def answers() -> dict[str, object]:
    """What pages of the main rooms ask for; none of it is empty in any release kept here."""
    actor = organisations.system_actor()
    at = datetime(2026, 11, 25, tzinfo=UTC)
    return {
        "organisations": organisations.division_path("990100"),
        "entries": catalogue.search_datasets(actor).rows,
        "items": [item for entry in catalogue.all_datasets() for item in catalogue.items_of(entry)],
        "receipts": collection.receipts(actor).rows,
        "requests": exchange.requests_of(actor).rows,
        "grants": exchange.granted(actor).rows,
        "population": fusion.last_report(fusion.base_named("population")).entities,
        "worklist": casework.worklist(actor, at=at, box="all").rows,
        "appeals": list(hotline.appeals_for_insight()),
        "rates": hotline.three_rates(since=at - timedelta(days=400), until=at).solved.share,
        "services": services.search_items().rows,
        "cases": services.trip_summary().cases_a_year,
        "certificates": services.certificates_of(mother()),
        "halls": [halls.demands_of(hall) for hall in halls.visible_halls(head())],
        "issues": insight.hot_issues(actor),
        "projects": economy.projects(),
        "indicators": economy.indicators(),
    }


def head() -> organisations.User:
    """Whoever may see the halls of a division in which one was kept."""
    users = todays_apps.get_model("organisations.user")._base_manager.all()
    return next(user for user in users if halls.visible_halls(user))


def mother() -> organisations.User:
    """Who applied in every release: her identity number and her certificate are encrypted."""
    found = organisations.user_of_identity(MOTHER)
    assert found is not None
    assert found.identity_number == MOTHER
    return found


@pytest.mark.thorough
@pytest.mark.doors
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("release", RELEASES)
def test_data_of_an_earlier_release_is_whole_after_the_upgrade(
    release: str, tmp_path: Path
) -> None:
    with empty_database(tmp_path):
        install(release)
        upgrade()
        connection.check_constraints()
        assert missing_rows(release) == {}
        assert [name for name, answer in answers().items() if not answer] == []
        # Keys were inserted as they were, so the next one must not be among them.
        made = organisations.create_user(username="new", at=datetime(2026, 11, 25, tzinfo=UTC))
        assert organisations.user_by_username("new") == made
