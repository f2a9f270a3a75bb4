"""Yitang: at most one trip."""

__version__ = "0.1.0"
