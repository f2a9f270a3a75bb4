"""``yitang sample``: write the invented province, serve its health interface."""

from __future__ import annotations

import argparse
import errno
from pathlib import Path

from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from yitang.sample.api import (
    TODAY,
    HealthServer,
    PortTaken,
    SampleMissing,
    write_province,
    written_before,
)

from .values import between, port

MOST = 100_000_000


def add_arguments(parser: argparse.ArgumentParser) -> None:
    words = parser.add_subparsers(dest="word", required=True)
    write = words.add_parser("write", help="write Minhai as its departments would hand it over")
    write.add_argument("folder", type=Path, metavar="DIR", help="an empty folder, or a new one")
    write.add_argument(
        "--people", type=between(1, MOST), default=50_000, metavar="N", help="50000 if not given"
    )
    write.add_argument(
        "--seed",
        type=between(0, MOST),
        default=1,
        metavar="S",
        help="another seed, another province",
    )
    write.add_argument(
        "--appeals", type=between(1, MOST), metavar="N", help="else as many as so many people send"
    )
    serve = words.add_parser("serve-health", help="the health commission's JSON over loopback HTTP")
    serve.add_argument("folder", type=Path, metavar="DIR", help="what `write` wrote")
    serve.add_argument("--port", type=port, default=8765, help="8765 if not given")


def run(arguments: argparse.Namespace) -> int:
    if arguments.word == "write":
        return _write(arguments)
    return _serve(arguments.folder, arguments.port)


def _write(arguments: argparse.Namespace) -> int:
    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("people")
        written = write_province(
            arguments.folder,
            people=arguments.people,
            seed=arguments.seed,
            appeals=arguments.appeals,
            today=TODAY,
            progress=lambda name, number: progress.update(task, description=f"{name}: {number:,}"),
        )
    for name, number in written.counts.items():
        print(f"{number:>10,} {name}")
    print(f"{written.people:,} people, seed {written.seed}, in {arguments.folder}")
    return 0


def _serve(folder: Path, port: int) -> int:
    if written_before(folder) is None:
        raise SampleMissing(folder=folder)
    try:
        server = HealthServer(folder, port)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise PortTaken(port=port) from None
        raise
    with server:
        print(f"{server.address}/births  {server.address}/vaccinations", flush=True)
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            return 0
    return 0
