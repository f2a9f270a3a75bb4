"""An invented population in whole households. Nothing is wrong yet: that is for ``writing.py``."""

from __future__ import annotations

import numpy as np

from .families import families
from .homes import give_homes, give_phones
from .names import give_names
from .numbers import give_numbers
from .persons import Homes, People


def population(draw: np.random.Generator, persons: int) -> tuple[People, Homes]:
    """At least ``persons`` people in whole households, in no particular order of anything else."""
    people = families(draw, int(persons / 3.2) + 10)
    give_names(draw, people)
    homes = give_homes(draw, people)
    give_phones(draw, people)
    give_numbers(draw, people, homes)
    return people, homes
