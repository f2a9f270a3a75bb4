"""Where Arrow's tables lie."""

from __future__ import annotations

import pyarrow as pa

from yitang.ground.plumbing.api import SettingInvalid


def share_memory(store: str) -> None:
    """In one store; that of the whole process takes again what any library gave back.

    Raises ``SettingInvalid`` for a store that this Arrow was built without.
    """
    if store not in pa.supported_memory_backends():
        problem = f"{store!r} is none of {', '.join(pa.supported_memory_backends())}"
        raise SettingInvalid(name="YITANG_ARROW_MEMORY", problem=problem)
    stores = {
        "system": pa.system_memory_pool,
        "mimalloc": pa.mimalloc_memory_pool,
        "jemalloc": pa.jemalloc_memory_pool,
    }
    pa.set_memory_pool(stores[store]())
