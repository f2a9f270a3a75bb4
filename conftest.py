"""Fixtures for every room: the two database kinds are chosen outside, by ``tests/run.py``."""

from __future__ import annotations

import gc
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from django.db import connection
from django.db.models.signals import post_migrate

# Hundreds of modules stay to the end: looking for rubbish among them less often saves a tenth.
gc.set_threshold(100_000, 50, 100)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What comes to the database through the doors of rooms alone is told apart by its place.

    On PostgreSQL all cases of a test but the first are further ones: SQLite has had them all.
    """
    known = set[str]()
    for item in items:
        if "/yitang/site/" in item.path.as_posix():
            item.add_marker("doors")
        kind = item.nodeid.partition("[")[0]
        if kind in known and "YITANG_TEST_DATABASE_URL" in os.environ:
            item.add_marker("thorough")
        known.add(kind)


def pytest_collection_finish() -> None:
    gc.freeze()
    # Django writes its own permissions anew after every emptied database; nothing here reads them.
    post_migrate.disconnect(dispatch_uid="django.contrib.auth.management.create_permissions")


def pytest_sessionfinish() -> None:
    gc.unfreeze()


def pytest_report_header() -> str:
    from django.conf import settings

    return f"database: {settings.DATABASES['default']['ENGINE'].rsplit('.', 1)[1]}"


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings: None) -> None:
    """An SQLite file begins as a copy of the tables that ``tests/run.py`` made (``--reuse-db``)."""
    made, mine = os.environ.get("YITANG_TEST_TABLES_FILE"), connection.settings_dict["TEST"]["NAME"]
    if made and connection.vendor == "sqlite":
        shutil.copyfile(made, mine)


@pytest.fixture
def new_home(tmp_path: Path) -> Path:
    """A home for a process of its own, with its tables if they are to be had for a copy."""
    home = tmp_path / "home"
    home.mkdir(mode=0o700)
    if made := os.environ.get("YITANG_TEST_TABLES_FILE"):
        shutil.copyfile(made, home / "yitang.sqlite3")
    return home


@pytest.fixture
def database_kind(db: None) -> str:
    """``sqlite`` or ``postgresql``."""
    return connection.vendor


@pytest.fixture(autouse=True)
def no_table_outlives_its_test() -> Iterator[None]:
    """The database is rolled back after a test; what it gathered into the lake goes with it."""
    yield
    from yitang.ground.plumbing.api import settings

    for log in settings().lake.glob("*/_delta_log"):
        shutil.rmtree(log.parent, ignore_errors=True)


@pytest.fixture
def database_address() -> str:
    """Where another process finds the database of this test; a socket's folder is a host too."""
    name = connection.settings_dict["NAME"]
    if connection.vendor == "sqlite":
        return f"sqlite:///{name}"
    about = connection.get_connection_params()
    host, port = str(about.get("host", "")), about.get("port", "")
    if host.startswith("/"):
        return f"postgresql://{about['user']}@/{name}?host={quote(host, safe='')}"
    return f"postgresql://{about['user']}@{host}:{port}/{name}"
