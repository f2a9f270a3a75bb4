from __future__ import annotations

from collections.abc import Iterator

import pytest

from .factories import EMERGENCY, PERMIT, registered


@pytest.fixture(autouse=True)
def example_workflows() -> Iterator[None]:
    with registered(PERMIT, EMERGENCY):
        yield
