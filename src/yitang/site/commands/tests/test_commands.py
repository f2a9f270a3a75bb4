"""The command line's own manners: one sentence, the right status, a port that is free."""

from __future__ import annotations

import argparse
import errno
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from importlib import import_module
from io import StringIO
from pathlib import Path

import pytest
from django.db import OperationalError

from yitang.ground.organisations.tests.factories import make_division
from yitang.ground.plumbing.api import SettingInvalid, settings
from yitang.site.commands import clock, divisions, main, serving, start


def test_the_clock_answers_as_the_law_counts(capsys: pytest.CaptureFixture[str]) -> None:
    assert main.main(["clock", "due", "2026-02-13", "5"]) == 0
    assert main.main(["clock", "due", "2026-12-30", "5"]) == 0
    assert capsys.readouterr().out.split("\n")[:2] == ["2026-02-27", "2027-01-07 provisional"]


def test_errors_are_one_sentence_and_status_one(capsys: pytest.CaptureFixture[str]) -> None:
    assert main.main(["clock", "due", "1999-02-13", "5"]) == 1
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.count("\n") == 1
    assert "The calendar covers 2004-01-01 to 2026-12-31" in said.err


def test_an_unknown_word_shows_what_there_is(capsys: pytest.CaptureFixture[str]) -> None:
    assert main.main(["nonsense"]) == 2
    said = capsys.readouterr().err
    assert "there is no command 'nonsense'" in said
    assert "yitang clock" in said


def test_a_full_disk_is_said_in_one_sentence(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def full(arguments: object) -> int:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(clock, "run", full)
    assert main.main(["clock", "calendar"]) == 1
    assert "There is no space left" in capsys.readouterr().err


def test_a_full_disk_is_said_as_well_when_the_database_finds_it(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def failing(words: str) -> Callable[[object], int]:
        def run(arguments: object) -> int:
            raise OperationalError(words) from sqlite3.OperationalError(words)

        return run

    monkeypatch.setattr(clock, "run", failing("database or disk is full"))
    assert main.main(["clock", "calendar"]) == 1
    assert "There is no space left" in capsys.readouterr().err
    monkeypatch.setattr(clock, "run", failing("database is locked"))
    with pytest.raises(OperationalError):
        main.main(["clock", "calendar"])


def test_an_empty_home_is_told_to_make_its_tables(tmp_path: Path) -> None:
    environment = {**os.environ, "YITANG_HOME": str(tmp_path), "PYTHONWARNINGS": "ignore"}
    environment.pop("YITANG_DATABASE_URL", None)
    environment.pop("DJANGO_SETTINGS_MODULE", None)
    command = [sys.executable, "-m", "yitang.site.commands.main", "catalogue", "list"]
    told = subprocess.run(command, env=environment, capture_output=True, check=False)  # noqa: S603
    assert told.returncode == 1
    assert told.stderr.decode().count("\n") == 1
    assert "yitang migrate" in told.stderr.decode()


def test_a_database_that_is_not_there_is_one_sentence(tmp_path: Path) -> None:
    with socket.socket() as taken:  # bound, but nobody listens
        taken.bind(("127.0.0.1", 0))
        address = f"postgresql://yitang@127.0.0.1:{taken.getsockname()[1]}/yitang"
        environment = {**os.environ, "YITANG_HOME": str(tmp_path), "PYTHONWARNINGS": "ignore"}
        environment |= {"YITANG_DATABASE_URL": address}
        environment.pop("DJANGO_SETTINGS_MODULE", None)
        command = [sys.executable, "-m", "yitang.site.commands.main", "catalogue", "list"]
        told = subprocess.run(command, env=environment, capture_output=True, check=False)  # noqa: S603
    assert told.returncode == 1
    assert told.stderr.decode() == (
        "yitang catalogue: The database does not answer (Connection refused). See that it runs"
        " and that YITANG_DATABASE_URL names it: what was accepted before is kept.\n"
    )


def test_a_port_in_use_is_named_with_a_free_one() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(serving.PortInUse) as refused:
            serving.check_port("127.0.0.1", port)
    assert refused.value.params["port"] == port
    serving.check_port("127.0.0.1", int(str(refused.value.params["free"])))


def test_the_site_starts_answers_and_ends_when_told(new_home: Path) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = {**os.environ, "YITANG_HOME": str(new_home), "PYTHONWARNINGS": "ignore"}
    environment.pop("YITANG_DATABASE_URL", None)
    environment.pop("DJANGO_SETTINGS_MODULE", None)
    command = [sys.executable, "-m", "yitang.site.commands.main", "start", "--port", str(port)]
    process = subprocess.Popen(command, env=environment, stderr=subprocess.PIPE)  # noqa: S603
    try:
        assert status_of(f"http://127.0.0.1:{port}/") == 200
    finally:
        process.send_signal(signal.SIGTERM)
        _, said = process.communicate(timeout=60)
    assert process.returncode == 0, said.decode()


@pytest.mark.parametrize(
    ("words", "hosts", "said"),
    [
        ((), {}, "http://127.0.0.1:8026/"),
        (("--lan",), {"YITANG_HOSTS": "127.0.0.1,localhost,[::1],10.0.0.9"}, "http://10.0.0.9:"),
        (("--host", "0.0.0.0"), {}, "10.0.0.9 is not among YITANG_HOSTS"),  # noqa: S104
    ],
)
def test_what_is_printed_at_the_start_can_be_opened(
    words: Sequence[str], hosts: Mapping[str, str], said: str,
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    began: list[Mapping[str, str]] = []

    def serve(*, host: str, port: int, extra: Mapping[str, str]) -> int:
        began.append(extra)
        return 0

    monkeypatch.setattr(serving, "lan_address", lambda: "10.0.0.9")
    for name in ("migrate", "check_own_division"):
        monkeypatch.setattr(start, name, lambda: None)
    monkeypatch.setattr(start, "serve", serve)
    monkeypatch.setattr(start, "check_port", lambda host, port: None)
    parser = argparse.ArgumentParser()
    start.add_arguments(parser)
    assert start.run(parser.parse_args(words)) == 0
    printed = capsys.readouterr().out
    assert said in printed
    assert began == [hosts]
    assert ("█" in printed) == bool(words)  # a code of 127.0.0.1 would open nothing on a phone


def status_of(address: str) -> int:
    """The status of a page, waited for while the server starts."""
    for _ in range(300):
        try:
            with urllib.request.urlopen(address) as answer:  # noqa: S310  (loopback)
                return int(answer.status)
        except OSError:
            time.sleep(0.2)
    return 0


def told(*words: str, **environment: str) -> tuple[int, list[str]]:
    """The status and the lines on standard error of a process of its own."""
    kept = {name: value for name, value in os.environ.items() if name not in environment}
    kept.pop("DJANGO_SETTINGS_MODULE", None)
    command = [sys.executable, "-m", "yitang.site.commands.main", *words]
    ran = subprocess.run(  # noqa: S603  (our own command)
        command,
        env={**kept, "PYTHONWARNINGS": "ignore", **environment},
        capture_output=True,
        check=False,
        text=True,
    )
    return ran.returncode, ran.stderr.splitlines()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("YITANG_HOME", "/proc/nope"),
        ("YITANG_HOME", __file__),
        ("YITANG_DATABASE_URL", "mysql://x"),
        ("YITANG_LANGUAGE", "fr"),
    ],
)
def test_a_setting_that_cannot_be_used_is_named_in_one_sentence(name: str, value: str) -> None:
    status, lines = told("catalogue", "list", **{"YITANG_SECRET_KEY": "", name: value})
    assert status == 1
    assert len(lines) == 1
    assert lines[0].startswith(f"yitang catalogue: The setting {name} is wrong: ")


def test_a_database_file_that_cannot_be_opened_is_one_sentence(new_home: Path) -> None:
    address = f"sqlite:///{new_home / 'nowhere' / 'yitang.sqlite3'}"
    status, lines = told(
        "catalogue", "list", YITANG_HOME=str(new_home), YITANG_DATABASE_URL=address
    )
    assert (status, len(lines)) == (1, 1)
    assert "The database does not answer (its file cannot be opened)" in lines[0]


@pytest.mark.django_db
def test_a_site_for_a_division_that_does_not_exist_is_not_started(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def own(code: str) -> None:
        monkeypatch.setattr(divisions, "settings", lambda: replace(settings(), division=code))
        divisions.check_own_division()

    own("990000")
    own("350102")
    with pytest.raises(SettingInvalid, match="YITANG_DIVISION is wrong: there is no division"):
        own("123456")
    make_division("350102")  # a tree of its own, and the setting forgotten
    with pytest.raises(SettingInvalid, match="there is no division 990000"):
        own("990000")


@pytest.mark.parametrize("word", ["start", "demo"])
def test_a_port_beyond_all_ports_is_refused(word: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main.main([word, "--port", "99999"])
    assert ended.value.code == 2
    assert "'99999' is no whole number from 1 to 65535" in capsys.readouterr().err


def test_an_address_of_another_machine_is_said_to_be_one() -> None:
    for host in ("192.0.2.1", "no such host", "." * 70):
        with pytest.raises(serving.HostUnknown, match="Use --host 127"):
            serving.check_port(host, 8026)


def test_the_last_port_in_use_names_one_below() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", serving.LAST_PORT))
        taken.listen()
        with pytest.raises(serving.PortInUse) as refused:
            serving.check_port("127.0.0.1", serving.LAST_PORT)
    assert int(str(refused.value.params["free"])) < serving.LAST_PORT


def test_a_command_that_is_interrupted_says_so(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupted(arguments: object) -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr(clock, "run", interrupted)
    assert main.main(["clock", "calendar"]) == 130
    assert capsys.readouterr().err.startswith("yitang clock: stopped; what was finished before")


def unexplained(parser: argparse.ArgumentParser, words: str) -> Iterator[str]:
    for action in parser._actions:  # argparse tells it nowhere else
        if isinstance(action, argparse._SubParsersAction):
            for word, below in action.choices.items():
                yield from unexplained(below, f"{words} {word}")
        elif not action.help:
            yield f"{words} {action.dest}"


@pytest.mark.parametrize("word", main.COMMANDS)
def test_every_argument_says_what_it_is(word: str) -> None:
    parser = argparse.ArgumentParser()
    import_module(f"yitang.site.commands.{word}").add_arguments(parser)
    assert list(unexplained(parser, word)) == []


def test_the_version_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert main.main(["--version"]) == 0
    assert capsys.readouterr().out.startswith("yitang 0.")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["clock", "due", "tomorrow", "5"], "'tomorrow' is no day, such as 2026-11-23"),
        (["clock", "due", "2026-02-13", "-1"], "no whole number from 1"),
        (["divisions", "show", "350102", "--on", "x"], "'x' is no day"),
        (["ledger", "show", "xyz"], "'xyz' is no id, such as"),
        (["collection", "columns", "xyz"], "'xyz' is no id, such as"),
        (["halls", "windows", "--share", "x"], "'x' is no number from 0 to 1e+06"),
        (["lake", "vacuum", "--days", "-1"], "no whole number from 1"),
    ],
)
def test_a_value_that_is_none_is_refused_in_words(
    words: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        main.main(words)
    assert said in capsys.readouterr().err


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["items", "next", "nosuch"], "There is no dataset nosuch"),
        (["items", "trips", "--shared", "nosuch"], "There is no dataset nosuch"),
        (["collection", "receipts", "--dataset", "nosuch"], "There is no dataset nosuch"),
        (["collection", "register", "x", "file", "/nope.csv"], "there is no file /nope.csv"),
        (["gather", "/", "--dataset", "x"], "/ is a folder, whose files tell"),
        (["catalogue", "load", "/nope.toml"], "no such file or directory"),
        (["collection", "rules", "load", "/nope.toml"], "no such file or directory"),
    ],
)
def test_what_is_not_there_is_said_and_ends_with_one(
    words: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main.main(words) == 1
    told_of = capsys.readouterr().err
    assert said in told_of
    assert "Errno" not in told_of


@pytest.mark.django_db
def test_a_folder_without_a_ledger_is_said_to_be_none(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main.main(["ledger", "verify", str(tmp_path), "--no-index"]) == 1
    assert f"there is no ledger in {tmp_path}" in capsys.readouterr().err
    (tmp_path / "segments").mkdir()
    assert main.main(["ledger", "verify", str(tmp_path), "--no-index"]) == 0


@pytest.mark.django_db
def test_whose_data_is_asked_for_is_checked_before_it_stands_in_the_ledger(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "stdin", StringIO("abc\n"))
    assert main.main(["ledger", "about"]) == 1
    assert "neither an identity number nor a credit code" in capsys.readouterr().err
    monkeypatch.setattr(sys, "stdin", StringIO("11010119900307758X\n"))
    assert main.main(["ledger", "about"]) == 0
    assert capsys.readouterr().err == "identity number: "


def test_what_does_not_end_when_told_is_ended_with_all_it_began() -> None:
    stubborn = (
        "import signal, subprocess, sys, time\n"
        "signal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
        "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)'])\n"
        "print(child.pid, flush=True)\n"
        "time.sleep(60)\n"
    )
    command = [sys.executable, "-c", stubborn]
    with subprocess.Popen(command, stdout=subprocess.PIPE, process_group=0) as process:  # noqa: S603
        assert process.stdout is not None
        process.stdout.readline()
        process.terminate()
        serving.end(process, grace=0.2)
        assert process.stdout.read() == b""  # which its child would hold open


@pytest.mark.thorough
def test_two_that_make_the_tables_at_once_take_turns(tmp_path: Path) -> None:
    environment = {**os.environ, "YITANG_HOME": str(tmp_path), "PYTHONWARNINGS": "ignore"}
    for name in ("YITANG_DATABASE_URL", "DJANGO_SETTINGS_MODULE"):
        environment.pop(name, None)
    command = [sys.executable, "-m", "yitang.site.commands.main", "migrate"]
    both = [subprocess.Popen(command, env=environment) for _ in range(2)]  # noqa: S603  (our own)
    assert [process.wait(timeout=120) for process in both] == [0, 0]
