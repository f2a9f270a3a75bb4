"""kill -9 in the middle of a command: the same command again completes, and nothing is there twice.

Appeals are killed in ``hotline/tests/test_imports``, the lake and the ledger in their own tests.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from yitang.data.collection.api import receipts_of
from yitang.data.collection.models import Batch
from yitang.data.collection.tests.factories import HEADER, make_residents, resident, write_csv
from yitang.data.fusion.models import FusionRun
from yitang.data.lake.api import read_table
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
def killed(*arguments, **named):
    os.kill(os.getpid(), signal.SIGKILL)
setattr(import_module(room), name, killed)
from yitang.site.commands.main import main
main(sys.argv[2:])
"""


@pytest.fixture
def delivered(transactional_db: None, tmp_path: Path) -> Path:
    """A delivery of residents, its dataset known, nothing gathered yet."""
    make_division("350102")
    make_residents()
    rows = [resident(number) for number in range(ROWS)]
    return write_csv(tmp_path / "residents.csv", rows, header=HEADER)


def kill_at(place: str, words: list[str], database_address: str) -> None:
    """Run a command in another process that ends without a word when it comes to ``place``."""
    environment = os.environ | {
        "YITANG_DATABASE_URL": database_address,
        "YITANG_HOME": str(settings().home),
        "DJANGO_SETTINGS_MODULE": "yitang.site.config.settings",
    }
    command = [sys.executable, "-c", KILLED, place, *words]
    ended = subprocess.run(command, env=environment, check=False)
    assert ended.returncode == -signal.SIGKILL


@pytest.mark.parametrize("place", ["keep_rows", "_receipted"])
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


@pytest.mark.parametrize("place", ["replace_table", "_remember"])
def test_a_fusion_killed_before_its_table_or_before_its_report(
    delivered: Path, database_address: str, place: str
) -> None:
    assert main(["gather", str(delivered), "--dataset", "residents"]) == 0
    words = ["fuse", "population"]
    kill_at(f"yitang.data.fusion.actions.{place}", words, database_address)
    assert not FusionRun.objects.exists()
    assert main(words) == 0
    run = FusionRun.objects.get()
    assert read_table("population").num_rows == run.entities
    assert ledger.verify().problems == []
