"""The demonstration's steps: done once, kept when a later one fails, one sentence for each trap."""

from __future__ import annotations

import errno
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from yitang.ground.base.errors import NotFound
from yitang.ground.plumbing.api import load_settings
from yitang.site.commands import main
from yitang.site.commands.demo import FEWEST
from yitang.site.commands.demo.running import (
    AnotherDemonstration,
    Demonstration,
    DemonstrationUnderWay,
    NotADemonstration,
    Step,
    run_steps,
)

AT = datetime(2026, 11, 23, 2, 42, tzinfo=UTC)


def demonstration(home: Path, people: int = 400, seed: int = 1) -> Demonstration:
    return Demonstration(home=home, people=people, seed=seed, at=AT)


def steps(ran: list[str], *names: str) -> list[Step]:
    def work(name: str) -> Step:
        return Step(name, lambda demo: ran.append(name) or f"{name} done")  # type: ignore[func-returns-value]

    return [work(name) for name in names]


def fail(demo: Demonstration) -> str:
    raise NotFound(kind="silo", id="births")


def test_a_second_run_does_only_what_is_left(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    ran: list[str] = []
    first, second = steps(ran, "Tables", "Gathering")
    with pytest.raises(NotFound):
        run_steps(demonstration(tmp_path), [first, Step("Gathering", fail)])
    assert ran == ["Tables"]
    run_steps(demonstration(tmp_path), [first, second])
    assert ran == ["Tables", "Gathering"]
    printed = capsys.readouterr().out
    assert "Tables     done before" in printed
    assert "Gathering  Gathering done" in printed


def test_tables_are_brought_up_to_date_each_time(tmp_path: Path) -> None:
    ran: list[str] = []
    tables, gathering = steps(ran, "Tables", "Gathering")
    for _ in range(2):
        run_steps(demonstration(tmp_path), [replace(tables, each_time=True), gathering])
    assert ran == ["Tables", "Gathering", "Tables"]
    assert demonstration(tmp_path).done() == ["Tables", "Gathering"]


def test_a_run_that_ended_in_its_first_step_goes_on(tmp_path: Path) -> None:
    def broken(demo: Demonstration) -> str:
        (demo.home / "yitang.sqlite3").write_bytes(b"half a database")
        raise OSError(errno.ENOSPC, "No space left on device")

    ran: list[str] = []
    with pytest.raises(OSError, match="No space left"):
        run_steps(demonstration(tmp_path), [Step("Tables", broken), *steps(ran, "Gathering")])
    run_steps(demonstration(tmp_path), steps(ran, "Tables", "Gathering"))
    assert ran == ["Tables", "Gathering"]


def test_a_home_of_another_size_is_left_alone(tmp_path: Path) -> None:
    ran: list[str] = []
    run_steps(demonstration(tmp_path), steps(ran, "Tables"))
    with pytest.raises(AnotherDemonstration, match="400 people with seed 1"):
        run_steps(demonstration(tmp_path, people=500), steps(ran, "Tables"))
    assert ran == ["Tables"]


def test_data_that_no_demonstration_made_is_never_touched(tmp_path: Path) -> None:
    (tmp_path / "yitang.sqlite3").write_bytes(b"somebody's work")
    ran: list[str] = []
    with pytest.raises(NotADemonstration):
        run_steps(demonstration(tmp_path), steps(ran, "Tables"))
    demonstration(tmp_path).forget()
    assert ran == []
    assert (tmp_path / "yitang.sqlite3").read_bytes() == b"somebody's work"


def test_beginning_anew_keeps_the_keys_alone(tmp_path: Path) -> None:
    run_steps(demonstration(tmp_path), steps([], "Tables"))
    (tmp_path / "keys").mkdir()
    (tmp_path / "lake").mkdir()
    demonstration(tmp_path).forget()
    assert [path.name for path in tmp_path.iterdir()] == ["keys"]


def test_two_demonstrations_do_not_make_one_home(tmp_path: Path) -> None:
    ran: list[str] = []
    with demonstration(tmp_path).alone():
        with pytest.raises(DemonstrationUnderWay), demonstration(tmp_path).alone():
            run_steps(demonstration(tmp_path), steps(ran, "Tables"))
        demonstration(tmp_path).forget()
    assert ran == []
    with demonstration(tmp_path).alone():
        run_steps(demonstration(tmp_path), steps(ran, "Tables"))
    assert ran == ["Tables"]


def test_every_process_on_the_home_keeps_its_moment(tmp_path: Path) -> None:
    secret = {"YITANG_SECRET_KEY": "x", "YITANG_HOME": str(tmp_path)}
    assert load_settings(secret).now is None
    run_steps(demonstration(tmp_path), steps([], "Tables"))
    assert load_settings(secret).now == AT
    later = "2026-11-24T09:00:00+08:00"
    assert load_settings(secret | {"YITANG_NOW": later}).now == datetime.fromisoformat(later)


def test_a_province_of_too_few_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main.main(["demo", "--people", "1", "--no-serve"])
    assert f"no whole number from {FEWEST} to" in capsys.readouterr().err


def test_what_fails_beside_the_steps_is_done_in_line(tmp_path: Path) -> None:
    demo = demonstration(tmp_path)
    demo.start("calendar", "clock", "calendar")
    demo.start("wrong", "clock", "due", "2026-02-13")
    printed = demo.result_of("calendar")
    assert printed is not None
    assert "2004-01-01" in printed
    assert demo.result_of("wrong") is None
    assert demo.result_of("never started") is None
    demo.start("left over", "clock", "calendar")
    demo.stop()
    assert demo.result_of("left over") is None
