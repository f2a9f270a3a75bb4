from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from yitang.ground.ledger import actions, queries
from yitang.ground.ledger.rules import close_writers


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A ledger of this test alone."""
    ledger = tmp_path / "ledger"
    for module in (actions, queries):
        monkeypatch.setattr(module, "ledger_folder", lambda: ledger)
    yield ledger
    close_writers()
