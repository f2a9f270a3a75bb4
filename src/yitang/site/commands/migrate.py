"""``yitang migrate``."""

from __future__ import annotations

import argparse

from django.core.management import call_command


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--check", action="store_true", help="only say whether anything is due")


def run(arguments: argparse.Namespace) -> int:
    if arguments.check:
        call_command("migrate", "--check")
        return 0
    migrate()
    return 0


def migrate() -> None:
    """Every table, that of the shared cache included."""
    call_command("migrate", verbosity=0)
    call_command("createcachetable", verbosity=0)
