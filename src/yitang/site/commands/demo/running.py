"""Steps one after the other: each with its bar, its figures and its time, done once."""

from __future__ import annotations

import fcntl
import json
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from django.db import connections
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from yitang.ground.base.errors import DomainError

LOCK = "demo.lock"


class AnotherDemonstration(DomainError):
    code = "site.another_demonstration"
    message = (
        "{home} holds a demonstration of {people} people with seed {seed}. "
        "Ask for the same, or begin anew with --fresh."
    )
    http_status = 409


class DemonstrationUnderWay(DomainError):
    code = "site.demonstration_under_way"
    message = (
        "Another process is making a demonstration in {home}. "
        "Wait until it is done, or set YITANG_HOME to another folder."
    )
    http_status = 409


class NotADemonstration(DomainError):
    code = "site.not_a_demonstration"
    message = (
        "{home} holds data that no demonstration made. "
        "Set YITANG_HOME to an empty folder and run it again."
    )
    http_status = 409


@dataclass
class Demonstration:
    """One province in one home; ``advance`` takes the share of the present step that is done."""

    home: Path
    people: int
    seed: int
    at: datetime
    advance: Callable[[float], None] = field(default=lambda share: None)
    _children: dict[str, subprocess.Popen[str]] = field(default_factory=dict)

    @property
    def sample(self) -> Path:
        """The folder with what the departments hand over."""
        return self.home / "sample"

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Raises ``DemonstrationUnderWay`` while another process makes one in the same home."""
        self.home.mkdir(parents=True, exist_ok=True, mode=0o700)
        with (self.home / LOCK).open("w") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise DemonstrationUnderWay(home=self.home) from None
            yield

    @property
    def _record(self) -> Path:
        return self.home / "demo.json"

    def done(self) -> list[str]:
        """The steps an earlier run finished; raises when the home holds something else."""
        if not self._record.exists():
            if (self.home / "yitang.sqlite3").exists():
                raise NotADemonstration(home=self.home)
            return []
        record = json.loads(self._record.read_text(encoding="utf-8"))
        if (record["people"], record["seed"]) != (self.people, self.seed):
            raise AnotherDemonstration(home=self.home, people=record["people"], seed=record["seed"])
        return list(record["done"])

    def note(self, done: list[str]) -> None:
        """Keep which steps are done."""
        at = self.at.isoformat()  # from here on every command on this home keeps this moment
        record = {"people": self.people, "seed": self.seed, "at": at, "done": done}
        self.home.mkdir(parents=True, exist_ok=True)
        partial = self._record.with_suffix(".partial")  # a full disk leaves the old one whole
        partial.write_text(json.dumps(record), encoding="utf-8")
        partial.replace(self._record)

    def start(self, name: str, *words: str) -> None:
        """Let another process run ``yitang words…`` meanwhile, on a second core."""
        command = [sys.executable, "-m", "yitang.site.commands.main", *words]
        self._children[name] = subprocess.Popen(  # noqa: S603  (a command of ours)
            command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        )

    def result_of(self, name: str) -> str | None:
        """What the other process printed; ``None`` if it was not started or failed."""
        child = self._children.pop(name, None)
        if child is None:
            return None
        printed, _ = child.communicate()
        return printed if child.returncode == 0 else None

    def stop(self) -> None:
        """End what still runs beside the steps."""
        for child in self._children.values():
            child.terminate()
            child.communicate()
        self._children.clear()

    def forget(self) -> None:
        """Empty the home, if a demonstration made it."""
        if self._record.exists():
            connections.close_all()
            for path in self.home.iterdir():
                if path.name in {"keys", LOCK}:
                    continue  # keys were read by this process already; a new province may use them
                shutil.rmtree(path) if path.is_dir() else path.unlink()


@dataclass(frozen=True)
class Step:
    """``work`` returns the figures to print; ``each_time`` also on a home that is complete."""

    name: str
    work: Callable[[Demonstration], str]
    each_time: bool = False


def run_steps(demonstration: Demonstration, steps: Sequence[Step]) -> None:
    """Run those not yet done; what a step raises ends the run, the steps before it are kept."""
    try:
        _run_all(demonstration, steps)
    finally:
        demonstration.stop()


def _run_all(demonstration: Demonstration, steps: Sequence[Step]) -> None:
    done = demonstration.done()
    demonstration.note(done)  # so that a run that ends in its first step is known again
    width = max(len(step.name) for step in steps)
    console = Console(highlight=False, soft_wrap=True)
    began = time.monotonic()
    for step in steps:
        if step.name in done and not step.each_time:
            console.print(f"[dim]✓ {step.name:<{width}}  done before[/dim]")
            continue
        figures, seconds = _run(demonstration, step, console, width)
        done += [step.name] if step.name not in done else []
        demonstration.note(done)
        console.print(
            f"[green]✓[/green] {step.name:<{width}}  {figures} [dim]{seconds:.1f} s[/dim]"
        )
    console.print(f"[dim]{time.monotonic() - began:.1f} s[/dim]")


def _run(
    demonstration: Demonstration, step: Step, console: Console, width: int
) -> tuple[str, float]:
    start = time.monotonic()
    columns = (
        TextColumn("  {task.description}"),
        BarColumn(bar_width=24),
        TextColumn("{task.percentage:>3.0f} %"),
        TimeElapsedColumn(),
    )
    shown = console.is_terminal
    with Progress(*columns, console=console, transient=True, disable=not shown) as progress:
        task = progress.add_task(f"{step.name:<{width}}", total=1.0)
        demonstration.advance = lambda share: progress.update(task, completed=min(share, 1.0))
        figures = step.work(demonstration)
    return figures, time.monotonic() - start
