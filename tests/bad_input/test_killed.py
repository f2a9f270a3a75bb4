"""kill -9 in the middle of a command: the same command again completes, and nothing is there twice.

Appeals are killed in ``hotline/tests/test_imports``, the lake and the ledger in their own tests.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from yitang.data.collection.api import receipts_of
from yitang.data.collection.models import Batch
from yitang.data.collection.tests.factories import HEADER, make_residents, resident, write_csv
from yitang.data.fusion.models import FusionRun
from yitang.data.lake.api import read_table, table_exists
from yitang.ground.ledger import api as ledger
from yitang.ground.organisations.tests.factories import make_division
from yitang.ground.plumbing.api import settings
from yitang.site.commands.main import main

ROWS = 400
KILLED = """
import os, signal, sys
import django
django.setup()
from importlib import import_module
room, name = sys.argv[1].rsplit(".", 1)
called = getattr(import_module(room), name)
passes = int(sys.argv[2])
def killed(*arguments, **named):
    global passes
    if not passes:
        os.kill(os.getpid(), signal.SIGKILL)
    passes -= 1
    return called(*arguments, **named)
setattr(import_module(room), name, killed)
from yitang.site.commands.main import main
main(sys.argv[3:])
"""


@pytest.fixture
def delivered(transactional_db: None, tmp_path: Path) -> Path:
    """A delivery of residents, its dataset known, nothing gathered yet."""
    make_division("350102")
    make_residents()
    rows = [resident(number) for number in range(ROWS)]
    return write_csv(tmp_path / "residents.csv", rows, header=HEADER)


def kill_at(place: str, words: list[str], database_address: str, *, passes: int = 0) -> None:
    """Run a command in another process that ends without a word when it comes to ``place``, the
    first time or after some ``passes``."""
    environment = os.environ | {
        "YITANG_DATABASE_URL": database_address,
        "YITANG_HOME": str(settings().home),
        "DJANGO_SETTINGS_MODULE": "yitang.site.config.settings",
    }
    command = [sys.executable, "-c", KILLED, place, str(passes), *words]
    ended = subprocess.run(command, env=environment, check=False)
    assert ended.returncode == -signal.SIGKILL


@pytest.mark.parametrize(
    "place", ["keep_rows", pytest.param("_receipted", marks=pytest.mark.thorough)]
)
def test_a_delivery_killed_before_its_rows_or_before_its_receipt(
    delivered: Path, database_address: str, place: str
) -> None:
    words = ["gather", str(delivered), "--dataset", "residents"]
    kill_at(f"yitang.data.collection.actions.gathering.{place}", words, database_address)
    assert not Batch.objects.filter(state="receipted").exists()
    for _ in range(2):
        assert main(words) == 0
        (batch,) = Batch.objects.filter(state="receipted")
        assert (batch.delivered, batch.accepted) == (ROWS, read_table("residents").num_rows)
    assert len(receipts_of(batch.dataset)) == 1
    assert ledger.verify().problems == []


def test_a_delivery_killed_in_the_middle_of_its_rows(
    delivered: Path, database_address: str
) -> None:
    rows = [resident(number, name="张" * 20) for number in range(50_000)]  # of more than one chunk
    write_csv(delivered, rows, header=HEADER)
    words = ["gather", str(delivered), "--dataset", "residents"]
    place = "yitang.data.collection.actions.border.check_columns"
    kill_at(place, words, database_address, passes=1)
    assert not Batch.objects.filter(state="receipted").exists()
    assert not table_exists("residents")
    for _ in range(2):
        assert main(words) == 0
        (batch,) = Batch.objects.all()
        assert (batch.accepted, read_table("residents").num_rows) == (len(rows), len(rows))


@pytest.mark.parametrize(
    ("place", "passes"),
    # With all compared and nothing written; right after the commit.
    [("marked", 0), pytest.param("opened", 1, marks=pytest.mark.thorough)],
)
def test_a_comparison_by_key_killed_while_it_merges(
    delivered: Path, database_address: str, place: str, passes: int
) -> None:
    rows = [resident(number) for number in range(ROWS)]
    words = ["collection", "run", "residents"]
    register = ["collection", "register", "residents", "file", str(delivered), "--mode", "key"]
    assert main(register) == 0
    assert main(words) == 0
    rows[3] = resident(3, name="另名")
    write_csv(delivered, [*rows[:-2], resident(ROWS)], header=HEADER)
    kill_at(f"yitang.data.lake.actions.merging.{place}", words, database_address, passes=passes)
    assert Batch.objects.filter(state="receipted").count() == 1
    for _ in range(2):
        assert main(words) == 0
        first, second = Batch.objects.order_by("sequence")
        assert second.changes == {
            "added": 1, "changed": 1, "unchanged": ROWS - 3, "removed": 2, "spared": 0,
            "before": ROWS, "unreadable": 0,
        }  # fmt: skip
        found = Counter(read_table("residents")["_batch"].to_pylist())
        assert found == {first.number: ROWS - 3, second.number: 2}


@pytest.mark.thorough
@pytest.mark.parametrize("place", ["replace_table", "_remember"])
def test_a_fusion_killed_before_its_table_or_before_its_report(
    delivered: Path, database_address: str, place: str
) -> None:
    assert main(["gather", str(delivered), "--dataset", "residents"]) == 0
    words = ["fuse", "population"]
    kill_at(f"yitang.data.fusion.actions.bases.{place}", words, database_address)
    assert not FusionRun.objects.exists()
    assert main(words) == 0
    run = FusionRun.objects.get()
    assert read_table("population").num_rows == run.entities
    assert ledger.verify().problems == []
