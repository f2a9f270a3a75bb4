"""``yitang``: one word per room, one module per word.

A command's module has ``add_arguments(parser)`` and ``run(arguments) -> int`` (the exit
status). It is imported only when asked for, after Django is ready if it needs Django, so
that ``yitang clock`` answers at once.
"""

from __future__ import annotations

import argparse
import gc
import os
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path

from yitang import __version__
from yitang.ground.base.errors import DomainError, InvalidInput
from yitang.ground.plumbing.rules import fault_of_machine


@dataclass(frozen=True, slots=True)
class Command:
    """One word of the command line."""

    help: str
    needs_django: bool = True
    environment: Mapping[str, str] = field(default_factory=dict[str, str])


# What makes a demonstration: invented data, a pinned clock, sign-in without a second factor.
DEMO = {
    "YITANG_DEMO": "1",
    "YITANG_NOW": "2026-11-23T10:42:00+08:00",
    "YITANG_SECOND_FACTOR": "0",
}

COMMANDS: dict[str, Command] = {
    "demo": Command("the whole loop on an invented province, then the site", environment=DEMO),
    "start": Command("the site and its background worker"),
    "metrics": Command("definitions of figures, and their check against a recount"),
    "language": Command("words, readings, places, redaction, classes", needs_django=False),
    "insight": Command("hot issues: of the hotline, or of any CSV without a database"),
    "economy": Command("published figures of the digital economy, and major projects"),
    "clock": Command("deadlines on the official calendar", needs_django=False),
    "sample": Command("the invented province: write it, serve its interfaces", needs_django=False),
    "divisions": Command("the tree of divisions: load it, look a code up"),
    "halls": Command("windows a hall needs for a target wait"),
    "officers": Command("organisations, officers and their posts"),
    "appeals": Command("appeals to the hotline: import, classes, tiers and rates"),
    "cases": Command("supervision of cases, their due dates, workflows drawn"),
    "catalogue": Command("what data there is: load entries, search, show one"),
    "gather": Command("hand a file or an address in for a dataset, get a receipt"),
    "collection": Command("sources, runs, receipts and rejected rows"),
    "lake": Command("the tables of record: list, compact, vacuum"),
    "fuse": Command("the foundation databases: make them, score them against a truth"),
    "exchange": Command("who may read what: grants, sharing, reads, the gateway"),
    "ledger": Command("who used whose data: verify, anchor, witness, list"),
    "items": Command("lists of service items: load, check, count trips, what to share next"),
    "certificates": Command("e-certificates: whether one is valid"),
    "migrate": Command("make or update the tables of the database"),
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; an error a person can act on is one sentence and exit status 1."""
    # What a command loads mostly stays to its end: looking for rubbish less saves a tenth.
    gc.set_threshold(100_000, 50, 100)
    words = list(sys.argv[1:] if arguments is None else arguments)
    word = words[0] if words else ""
    if word not in COMMANDS:
        if word in {"-V", "--version", "version"}:
            print(f"yitang {__version__}")
            return 0
        if word in {"", "-h", "--help", "help"}:
            print(_overview())
            return 0
        print(f"yitang: there is no command {word!r}; these there are:", file=sys.stderr)
        print(_overview(), file=sys.stderr)
        return 2
    command = COMMANDS[word]
    for name, value in command.environment.items():
        os.environ.setdefault(name, value)
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
    except KeyboardInterrupt:
        said = "stopped; what was finished before is kept, the rest was not done"
        print(f"yitang {word}: {said}", file=sys.stderr)
        return 130
    except Exception as error:
        fault = fault_of_machine(error) or _fault_of_path(error, words)
        if fault is None:
            raise
        print(f"yitang {word}: {fault}", file=sys.stderr)
        return 1


def _fault_of_path(error: Exception, words: Sequence[str]) -> InvalidInput | None:
    """What is wrong with a file that the command line itself names; any other is ours to keep."""
    named = {Path(word.rpartition("=")[2]) for word in words}
    if not isinstance(error, OSError) or error.filename is None:
        return None
    if Path(str(error.filename)) not in named:
        return None
    reason = (error.strerror or "it cannot be used").lower()
    return InvalidInput(field=str(error.filename), problem=f"{reason}; check the path")


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
