"""Fixtures for every room: the two database kinds are chosen outside, by ``tests/run.py``."""

from __future__ import annotations

import gc
import shutil
from collections.abc import Iterator
from urllib.parse import quote

import pytest
from django.db import connection

# Hundreds of modules stay to the end: looking for rubbish among them less often saves a tenth.
gc.set_threshold(100_000, 50, 100)


def pytest_collection_finish() -> None:
    gc.freeze()


def pytest_sessionfinish() -> None:
    gc.unfreeze()


def pytest_report_header() -> str:
    from django.conf import settings

    return f"database: {settings.DATABASES['default']['ENGINE'].rsplit('.', 1)[1]}"


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
