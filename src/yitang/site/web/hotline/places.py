"""What may be chosen on the hotline's pages: the divisions it works for, its classes."""

from __future__ import annotations

from yitang.ground.organisations.api import Division, divisions_in
from yitang.ground.organisations.rules import Level
from yitang.ground.plumbing.api import settings
from yitang.public.hotline.api import Category, categories


def divisions_here() -> list[Division]:
    """The divisions down to the county."""
    return [row for row in divisions_in(settings().division) if row.level <= Level.COUNTY]


def category_named(label: str) -> Category | None:
    return next((row for row in categories() if row.label == label), None)
