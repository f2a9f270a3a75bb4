"""Where Arrow's tables lie."""

from __future__ import annotations

import os

import pyarrow as pa


def share_memory() -> None:
    """In the store of the whole process, so that what one library gives back another takes.

    An operator's ``ARROW_DEFAULT_MEMORY_POOL`` stays.
    """
    if "ARROW_DEFAULT_MEMORY_POOL" not in os.environ:
        pa.set_memory_pool(pa.system_memory_pool())
