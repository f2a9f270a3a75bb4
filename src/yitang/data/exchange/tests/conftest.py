from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from yitang.data.exchange.rules import close_books, forget_snapshots
from yitang.ground.plumbing.api import settings

# The modules that say where an installation keeps its files.
HOMES = (
    "data.exchange.queries",
    "data.lake.queries",
    "ground.ledger.actions",
    "ground.ledger.queries",
)


@pytest.fixture(autouse=True)
def own_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A lake, a ledger and an exchange folder of this test alone."""
    chosen = replace(settings(), home=tmp_path)
    for module in HOMES:
        monkeypatch.setattr(f"yitang.{module}.settings", lambda: chosen)
    yield tmp_path
    forget_snapshots()
    close_books()
