"""Kinds of organisation that code asks for by name."""

from __future__ import annotations

# Made from the name in a file, until the organisation itself is loaded with its credit code.
PROVISIONAL = "provisional"
