"""kill -9 in the middle of writing: every accepted entry is there exactly once."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from yitang.ground.ledger import actions
from yitang.ground.ledger.api import drain_outbox, verify
from yitang.ground.ledger.models import IndexedEntry, OutboxEntry
from yitang.ground.ledger.rules import segment_paths, whole_lines

from .factories import recorded

pytestmark = pytest.mark.django_db(transaction=True)

# Four threads record as fast as they can and say the id of each entry once it is accepted.
WRITER = """
import os, sys, threading
import django
django.setup()
from django.conf import settings
from django.db import connection
from yitang.ground.ledger import actions, queries
from yitang.ground.ledger.tests.factories import recorded
from pathlib import Path

for module in (actions, queries):
    module.ledger_folder = lambda: Path(sys.argv[1])

def work():
    while True:
        os.write(1, b"%s\\n" % str(recorded()).encode())

for _ in range(4):
    threading.Thread(target=work).start()
"""


def killed_after(folder: Path, entries: int, url: str) -> set[str]:
    """Run the writer, kill it once it has confirmed so many; the ids it confirmed."""
    source = Path(actions.__file__).parents[3]
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "yitang.site.config.settings",
        "YITANG_DATABASE_URL": url,
        "PYTHONPATH": f"{source}:{source.parent}",
    }
    with subprocess.Popen(  # noqa: S603  (our own program, no shell)
        [sys.executable, "-c", WRITER, str(folder)], env=environment, stdout=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        confirmed = [process.stdout.readline() for _ in range(entries)]
        time.sleep(0.01)
        process.send_signal(signal.SIGKILL)
        confirmed += process.stdout.readlines()
    return {line.decode().strip() for line in confirmed if line.endswith(b"\n")}


def test_after_kill_9_every_accepted_entry_stands_exactly_once(
    folder: Path, database_address: str
) -> None:
    confirmed = killed_after(folder, 40, database_address)
    assert len(confirmed) >= 40
    accepted = confirmed | {str(row.entry_id) for row in OutboxEntry.objects.all()}
    path = segment_paths(folder)[0]
    with path.open("ab") as file:  # as if the power had failed in the middle of a write
        file.write(b'0123abcd {"n":')
    drain_outbox()
    recorded(1)
    written = [
        raw.partition(b'"id":"')[2][:36].decode()
        for path in segment_paths(folder)
        for _, raw in whole_lines(path)
    ]
    assert len(written) == len(set(written))
    assert accepted <= set(written)
    assert OutboxEntry.objects.count() == 0
    assert IndexedEntry.objects.count() == len(written)
    assert path.with_suffix(".torn").read_bytes() == b'0123abcd {"n":\n'
    assert verify().ok
