"""Fixtures for every room: the two database kinds are chosen outside, by ``tests/run.py``."""

from __future__ import annotations

import pytest
from django.db import connection


def pytest_report_header() -> str:
    from django.conf import settings

    return f"database: {settings.DATABASES['default']['ENGINE'].rsplit('.', 1)[1]}"


@pytest.fixture
def database_kind(db: None) -> str:
    """``sqlite`` or ``postgresql``."""
    return connection.vendor
