"""What a script of SQL holds: the rows it inserts, read and never run."""

from .script import Script, Tuple
from .values import Uncomputed

__all__ = ["Script", "Tuple", "Uncomputed"]
