"""Two processes that gather one dataset at once: every row once, and one receipt a content."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from yitang.data.collection.models import Batch
from yitang.data.collection.tests.factories import make_residents, resident, write_csv
from yitang.data.lake.api import read_table
from yitang.ground.ledger import api as ledger
from yitang.ground.organisations.tests.factories import make_division
from yitang.ground.plumbing.api import settings

# Forked when all is loaded, and released together when each is about to look for earlier batches.
TOGETHER = """
import os, sys
import django
django.setup()
from yitang.data.collection.actions import gathering
from yitang.site.commands.main import main

files = sys.argv[1:]
ready, go = os.pipe(), os.pipe()
looked = gathering.check_can_hand_in

def looked_together(*arguments):
    looked(*arguments)
    if not released:
        os.write(ready[1], b"x")
        os.read(go[0], 1)
        released.append(True)

released = []
gathering.check_can_hand_in = looked_together  # the last step before anything is read
children = []
for file in files:
    child = os.fork()
    if not child:
        os._exit(main(["gather", file, "--dataset", "residents"]))
    children.append(child)
for _ in files:
    os.read(ready[0], 1)
os.write(go[1], b"x" * len(files))
print([os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children])
"""


@pytest.mark.parametrize(
    ("delivery", "names"),
    # Where batches replace each other, a content is new again once another has come between.
    [("added", ("one", "other", "other")), ("whole", ("one", "one", "one"))],
)
def test_loads_of_one_dataset_at_once(
    transactional_db: None, tmp_path: Path, database_address: str, delivery: str,
    names: tuple[str, ...],
) -> None:  # fmt: skip
    make_division("350102")
    make_residents(delivery=delivery)
    rows = {"one": 500, "other": 400}
    for name, count in rows.items():
        first = 500 if name == "other" else 0
        many = [resident(number) for number in range(first, first + count)]
        write_csv(tmp_path / f"{name}.csv", many)
    environment = os.environ | {
        "YITANG_DATABASE_URL": database_address,
        "YITANG_HOME": str(settings().home),
        "DJANGO_SETTINGS_MODULE": "yitang.site.config.settings",
    }
    files = [str(tmp_path / f"{name}.csv") for name in names]
    ended = subprocess.run(
        [sys.executable, "-c", TOGETHER, *files], env=environment, capture_output=True, text=True,
        check=True, timeout=120,
    )  # fmt: skip
    assert ended.stdout.splitlines()[-1] == "[0, 0, 0]", ended.stderr
    batches = Batch.objects.filter(state="receipted")
    assert sorted(batch.accepted for batch in batches) == sorted(rows[n] for n in set(names))
    assert not Batch.objects.filter(state="arriving").exists()
    assert read_table("residents").num_rows == sum(rows[name] for name in set(names))
    assert ledger.verify().problems == []
