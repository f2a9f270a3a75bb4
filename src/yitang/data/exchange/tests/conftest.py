from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from .factories import home_of_its_own, make_matter


@pytest.fixture(autouse=True)
def own_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A lake, a ledger and an exchange folder of this test alone."""
    make_matter()
    with home_of_its_own(tmp_path, monkeypatch):
        yield tmp_path
