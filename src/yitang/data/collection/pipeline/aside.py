"""Room on disk for what a passage has to remember and may be as long as the delivery."""

from __future__ import annotations

import weakref
from tempfile import TemporaryFile
from typing import IO


def aside(owner: object) -> IO[bytes]:
    """An unnamed file, gone with its ``owner``."""
    file = TemporaryFile(prefix="yitang-")  # noqa: SIM115  (its owner's end closes it)
    weakref.finalize(owner, file.close)
    return file
