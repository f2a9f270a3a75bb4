"""No room left, found by the real engine: one sentence, nothing lost, the same command goes on.

SQLite refuses pages beyond ``max_page_count`` exactly as on a full disk (SQLITE_FULL), which
needs neither root nor a disk of its own. ``docs/operator.md`` says how to try the rest by hand.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from yitang.data.collection.models import Batch
from yitang.data.collection.tests.factories import make_residents, resident, write_csv
from yitang.data.lake.api import read_table, table_exists
from yitang.ground.organisations.tests.factories import make_division
from yitang.ground.plumbing.api import settings
from yitang.sample.api import write_province
from yitang.site.commands.main import main

LIMITED = """
import sys
import django
django.setup()
from django.db import connection
from yitang.ground.ledger import api as ledger
from yitang.ground.organisations.models import Division
from yitang.site.commands.main import main

def limit(pages):
    with connection.cursor() as cursor:
        cursor.execute(f"PRAGMA max_page_count = {pages}")
        (granted,) = cursor.fetchone()
    return granted

load = ["divisions", "load", sys.argv[1]]
main(["migrate"])
used = limit(1)  # SQLite grants as many as there are
assert limit(used + 20) == used + 20
assert main(load) == 1
kept = Division.objects.count()
limit(2**30)
assert main(load) == 0
assert main(load) == 0
print(kept, Division.objects.count(), len(ledger.verify().problems))
"""


def test_a_full_database_is_said_and_the_same_command_then_goes_on(
    new_home: Path, tmp_path: Path
) -> None:
    write_province(tmp_path / "sample", people=1, seed=1)
    divisions = tmp_path / "sample" / "divisions.csv"
    environment = {
        **os.environ,
        "YITANG_HOME": str(new_home),
        "DJANGO_SETTINGS_MODULE": "yitang.site.config.settings",
        "PYTHONWARNINGS": "ignore",
    }
    environment.pop("YITANG_DATABASE_URL", None)
    command = [sys.executable, "-c", LIMITED, str(divisions)]
    ended = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stderr
    assert ended.stderr.count("\n") == 1
    assert "There is no space left on the disk" in ended.stderr
    rows = len(divisions.read_text(encoding="utf-8-sig").splitlines()) - 1
    assert ended.stdout.splitlines()[-1] == f"0 {rows} 0"


# The limit of the system on a file's size, as a full disk: while the lake writes, and only then.
LITTLE_ROOM = """
import resource, signal, sys
import django
django.setup()
from yitang.data.lake.actions import batches
from yitang.site.commands.main import main

signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
written = batches.write_deltalake
_, hard = resource.getrlimit(resource.RLIMIT_FSIZE)

def limited(*arguments, **named):
    resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, hard))
    try:
        return written(*arguments, **named)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))

batches.write_deltalake = limited
sys.exit(main(sys.argv[1:]))
"""


def test_a_load_onto_a_full_disk_is_said_and_the_same_command_then_completes_it(
    transactional_db: None, tmp_path: Path, database_address: str
) -> None:
    make_division("350102")
    make_residents()
    path = write_csv(tmp_path / "residents.csv", [resident(number) for number in range(5_000)])
    words = ["gather", str(path), "--dataset", "residents"]
    environment = {
        **os.environ,
        "YITANG_DATABASE_URL": database_address,
        "YITANG_HOME": str(settings().home),
        "DJANGO_SETTINGS_MODULE": "yitang.site.config.settings",
    }
    command = [sys.executable, "-c", LITTLE_ROOM, *words]
    ended = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert ended.returncode == 1
    assert "Traceback" not in ended.stderr
    assert "Make room and hand it in again" in ended.stderr.splitlines()[-1]
    assert not table_exists("residents")
    assert not Batch.objects.filter(state="receipted").exists()
    for _ in range(2):
        assert main(words) == 0
        (batch,) = Batch.objects.all()
        assert (batch.accepted, read_table("residents").num_rows) == (5_000, 5_000)
