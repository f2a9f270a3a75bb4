"""``yitang``: one word per room, one module per word.

A command's module has ``add_arguments(parser)`` and ``run(arguments) -> int`` (the exit
status). It is imported only when asked for, after Django is ready if it needs Django, so
that ``yitang clock`` answers at once.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import import_module

from yitang.ground.base.errors import DomainError


@dataclass(frozen=True, slots=True)
class Command:
    """One word of the command line."""

    help: str
    needs_django: bool = True


COMMANDS: dict[str, Command] = {
    "metrics": Command("definitions of figures, and their check against a recount"),
    "economy": Command("published figures of the digital economy, and major projects"),
    "clock": Command("deadlines on the official calendar", needs_django=False),
    "divisions": Command("the tree of divisions: load it, look a code up"),
    "officers": Command("organisations, officers and their posts"),
    "cases": Command("supervision of cases, their due dates, workflows drawn"),
    "ledger": Command("who used whose data: verify, anchor, witness, list"),
    "migrate": Command("make or update the tables of the database"),
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; an error a person can act on is one sentence and exit status 1."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    word = words[0] if words else ""
    if word not in COMMANDS:
        print(_overview())
        return 0 if word in {"", "-h", "--help", "help"} else 2
    command = COMMANDS[word]
    try:
        if command.needs_django:
            _start_django()
        module = import_module(f"yitang.site.commands.{word.replace('-', '_')}")
        parser = argparse.ArgumentParser(prog=f"yitang {word}", description=command.help)
        module.add_arguments(parser)
        return int(module.run(parser.parse_args(words[1:])))
    except DomainError as error:
        print(f"yitang {word}: {error}", file=sys.stderr)
        return 1
    except BrokenPipeError:
        return 1


def _overview() -> str:
    width = max(map(len, COMMANDS))
    lines = [f"  yitang {word:<{width}}  {command.help}" for word, command in COMMANDS.items()]
    return "\n".join(["Yitang: at most one trip.", "", *lines])


def _start_django() -> None:
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "yitang.site.config.settings")
    django.setup()


if __name__ == "__main__":
    sys.exit(main())
