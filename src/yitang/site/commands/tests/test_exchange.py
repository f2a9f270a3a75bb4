"""``yitang exchange`` and ``yitang ledger``: what they print and how they end."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from yitang.data.exchange.tests.factories import (
    MOTHER,
    PURPOSE,
    home_of_its_own,
    make_births,
    make_police,
)
from yitang.ground.ledger.api import ledger_folder
from yitang.ground.ledger.rules import segment_paths
from yitang.site.commands import main

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def own_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    with home_of_its_own(tmp_path, monkeypatch):
        yield


def run(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str]:
    status = main.main(words)
    said = capsys.readouterr()
    return status, said.out + said.err


def typed(monkeypatch: pytest.MonkeyPatch, line: str) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{line}\n"))


def test_share_read_and_look_who_read(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    make_births()
    police = make_police().credit_code
    status, said = run(capsys, "exchange", "share", "births", police, PURPOSE)
    assert status == 0
    assert "闽海省公安厅 may read" in said
    typed(monkeypatch, MOTHER)
    status, said = run(capsys, "exchange", "read", "births", police, PURPOSE)
    assert status == 0
    assert json.loads(said)["values"]["child_name"] == "陈曦"
    typed(monkeypatch, "nobody")
    assert run(capsys, "exchange", "read", "births", police, PURPOSE)[0] == 1
    typed(monkeypatch, MOTHER)
    status, said = run(capsys, "exchange", "read", "births", police, "curiosity")
    assert status == 1
    assert "No grant lets 闽海省公安厅 read births" in said
    assert "2 reads today" in run(capsys, "exchange", "grants")[1]
    assert "1 snapshots" in run(capsys, "exchange", "refresh")[1]
    typed(monkeypatch, MOTHER)
    said = run(capsys, "ledger", "about")[1]
    assert "exchange.read births" in said
    assert "ledger.read" in said  # looking is a look too
    assert MOTHER not in said


def test_keys_and_wrong_words_are_answered_in_a_sentence(
    capsys: pytest.CaptureFixture[str],
) -> None:
    police = make_police().credit_code
    assert run(capsys, "exchange", "key", police, "ab" * 32)[0] == 0
    (line,) = run(capsys, "exchange", "keys")[1].splitlines()
    assert line.endswith("in use")
    fingerprint = line[:19]
    status, said = run(capsys, "exchange", "rotate-key", fingerprint, "cd" * 32)
    assert status == 0
    assert f"takes the place of {fingerprint}" in said
    assert run(capsys, "exchange", "revoke-key", fingerprint, "x")[0] == 1  # it is already
    newest = said[:19]
    assert run(capsys, "exchange", "revoke-key", newest, "stolen")[0] == 0
    assert "revoked: stolen" in run(capsys, "exchange", "keys")[1]
    status, said = run(capsys, "exchange", "key", police, "ab")
    assert status == 1
    assert "64 hexadecimal digits" in said
    status, said = run(capsys, "exchange", "share", "nothing", police, PURPOSE)
    assert status == 1
    assert said.count("\n") == 1


def test_verification_anchors_and_witnesses(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for number in ("110101199003070011", "110101199003070038", "110101199003070054"):
        typed(monkeypatch, number)
        run(capsys, "ledger", "about")
    run(capsys, "ledger", "drain")
    assert "anchor 0" in run(capsys, "ledger", "anchor")[1]
    assert "nothing new" in run(capsys, "ledger", "anchor")[1]
    assert "sound" in run(capsys, "ledger", "verify")[1]
    exported = tmp_path / "anchors.jsonl"
    exported.write_text(run(capsys, "ledger", "witness", "export")[1], encoding="utf-8")
    key = run(capsys, "ledger", "witness", "key")[1].strip()
    accept = ("ledger", "witness", "accept", "minhai", str(exported), "--key")
    assert "1 new anchors of minhai" in run(capsys, *accept, key)[1]
    assert run(capsys, *accept, "00" * 32)[0] == 1
    assert run(capsys, *accept, "none")[0] == 1

    path = segment_paths(ledger_folder())[0]
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(lines[0] + lines[2])
    status, said = run(capsys, "ledger", "verify", "--witness", str(exported))
    assert status == 1
    assert "missing: entry" in said
    status, said = run(capsys, "ledger", "verify", "--json")
    found = json.loads(said)
    assert (status, found["ok"], found["problems"][0]["position"]) == (1, False, 1)
    entry = found["problems"][0]["entry_id"]
    assert json.loads(run(capsys, "ledger", "show", entry)[1])["id"] == entry
    assert run(capsys, "ledger", "show", "01a20817-5665-7026-b91c-7563fba9d3b9")[0] == 1
    assert run(capsys, "ledger", "verify", str(tmp_path / "nowhere"))[0] == 1
    assert "2 lines read" in run(capsys, "ledger", "index", "--rebuild")[1]
    assert run(capsys, "ledger", "about", "--of", "operator")[1].count("ledger.read") == 2
