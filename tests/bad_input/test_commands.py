"""Every command × every value that it cannot use: one line on standard error, never a traceback."""

from __future__ import annotations

import argparse
import io
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest

from yitang.site.commands.main import COMMANDS, main

pytestmark = [pytest.mark.django_db, pytest.mark.once]

# They go on until they are told to end, or write a whole province.
SERVING = {
    ("start",),
    ("demo",),
    ("exchange", "gateway"),
    ("sample", "serve-health"),
    ("sample", "write"),
    ("collection", "watch"),
}
GOOD = {"int": "1", "float": "1"}  # for the values that are not tried just now
BAD = ("nowhere/nothing.csv", "-1", "9" * 30, "2026-02-30", "'")


def leaves() -> Iterator[tuple[tuple[str, ...], argparse.ArgumentParser]]:
    """Each command with its word, or its two or three words, and its parser."""
    for word in COMMANDS:
        parser = argparse.ArgumentParser(prog=word)
        import_module(f"yitang.site.commands.{word.replace('-', '_')}").add_arguments(parser)
        yield from _leaves((word,), parser)


def _leaves(
    words: tuple[str, ...], parser: argparse.ArgumentParser
) -> Iterator[tuple[tuple[str, ...], argparse.ArgumentParser]]:
    below = [action for action in parser._actions if isinstance(action, argparse._SubParsersAction)]
    if not below:
        yield words, parser
    for action in below:
        for name, inner in action.choices.items():
            yield from _leaves((*words, name), inner)


def attempts(words: tuple[str, ...], parser: argparse.ArgumentParser) -> Iterator[list[str]]:
    """The command with one value replaced by each bad one; all others are plain."""
    taking = [action for action in parser._actions if action.nargs != 0]
    needed = [action for action in taking if action.required]
    for tried in taking:
        for bad in BAD:
            line = list(words)
            for action in dict.fromkeys([*needed, tried]):
                value = bad if action is tried else _plain(action)
                line += (
                    [f"{action.option_strings[0]}={value}"] if action.option_strings else [value]
                )
            yield line


def _plain(action: argparse.Action) -> str:
    if action.choices:
        return str(next(iter(action.choices)))
    return GOOD.get(getattr(action.type, "__name__", ""), "nothing-has-this")


LEAVES = [(words, parser) for words, parser in leaves() if words not in SERVING]


@pytest.mark.parametrize(
    ("words", "parser"),
    LEAVES,
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_a_value_that_cannot_be_used_is_one_sentence(
    words: tuple[str, ...],
    parser: argparse.ArgumentParser,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("sys.stdin", io.StringIO())
    faults = []
    for line in attempts(words, parser):
        try:
            status = main(line)
        except SystemExit as ended:  # argparse: its usage, then a line that says what is wrong
            status = ended.code if isinstance(ended.code, int) else 1
        except Exception as error:  # noqa: BLE001  (any is a fault, and all are told)
            status = -1
            capsys.readouterr()
            faults.append(f"{line}: {type(error).__name__}: {error}")
        told = capsys.readouterr()
        if status == 1 and (told.err.count("\n") != 1 or "Traceback" in told.err):
            faults.append(f"{line}: {told.err}")
        if status not in {0, 1, 2, -1}:
            faults.append(f"{line}: status {status}")
    assert faults == []
