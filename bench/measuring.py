"""A measured piece of work is a process of its own, so that its peak memory is its own."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence

Figures = dict[str, float]  # seconds, cpu (seconds), peak (MB)


def measured(script: str, *words: str, environment: Mapping[str, str] | None = None) -> Figures:
    """What ``script`` printed last when run with ``words``: see ``timed``."""
    done = subprocess.run(
        [sys.executable, script, *words],
        env=environment or os.environ,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise SystemExit(done.stderr)
    figures: Figures = json.loads(done.stdout.splitlines()[-1])
    return figures


def timed(work: Callable[[], object]) -> None:
    """In the child: do it and print what it took."""
    import resource

    wall, cpu = time.perf_counter(), time.process_time()
    work()
    figures = {"seconds": time.perf_counter() - wall, "cpu": time.process_time() - cpu}
    figures["peak"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps(figures))


def median(runs: Sequence[Figures], name: str) -> float:
    return statistics.median(run[name] for run in runs)


def ratio(ours: Sequence[Figures], theirs: Sequence[Figures], name: str) -> float:
    """The median over the rounds of ours ÷ theirs."""
    return statistics.median(a[name] / b[name] for a, b in zip(ours, theirs, strict=True))
