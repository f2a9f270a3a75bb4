"""``yitang migrate``."""

from __future__ import annotations

import argparse
import fcntl

from django.core.management import call_command

from yitang.data.catalogue.api import reindex_entries
from yitang.ground.plumbing.api import settings


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--check", action="store_true", help="only say whether anything is due")


def run(arguments: argparse.Namespace) -> int:
    if arguments.check:
        call_command("migrate", "--check")
        return 0
    migrate()
    return 0


def migrate() -> None:
    """Every table, that of the shared cache included, and the index of the search."""
    home = settings().home
    home.mkdir(parents=True, exist_ok=True, mode=0o700)
    with (home / "migrate.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # two that start at once on a new home take turns
        call_command("migrate", verbosity=0)
        call_command("createcachetable", verbosity=0)
    reindex_entries(everything=False)  # what was there before the search had its index
