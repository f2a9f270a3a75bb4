"""Ways in: each reads a portal's file into records under the portal's own field names."""

from .dump import Delivered, Dump
from .reading import read_dump

__all__ = ["Delivered", "Dump", "read_dump"]
