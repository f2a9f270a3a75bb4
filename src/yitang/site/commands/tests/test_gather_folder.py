"""A folder of files of many datasets, handed in by one command."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from yitang.data.catalogue.rules import ItemSpec
from yitang.data.catalogue.tests.factories import make_dataset
from yitang.data.collection.api import drifts, gather_sorted, receipts, sort_folder
from yitang.data.collection.tests.factories import (
    HEADER,
    make_residents,
    power_cut,
    resident,
    write_csv,
    write_workbook,
)
from yitang.ground.organisations.api import system_actor
from yitang.ground.organisations.tests.factories import make_division
from yitang.ground.plumbing.api import now
from yitang.site.commands.main import main

pytestmark = pytest.mark.django_db

SHOPS = (ItemSpec("shop", "店铺编号"), ItemSpec("title", "店铺名称"))


def _folder(tmp_path: Path) -> Path:
    """Two entries, and a file of each: one tells by its code, one by its columns alone."""
    make_division("350102")
    make_residents("residents", name="常住人口")
    make_dataset("shops", name="店铺", items=SHOPS)
    folder = tmp_path / "in"
    folder.mkdir()
    write_csv(folder / "residents-202611.csv", [resident(1), resident(2, division_code="999999")])
    write_workbook(folder / "b.xlsx", {"一": [["店铺编号", "店铺名称"], ["S1", "甲"]]})
    return folder


def _gathered(
    folder: Path, capsys: pytest.CaptureFixture[str], *words: str
) -> list[dict[str, Any]]:
    status = main(["gather", str(folder), "--json", *words])
    found = capsys.readouterr()
    answer = json.loads(found.out)
    assert f"{answer['taken']} of {len(answer['files'])} files taken" in found.err  # progress
    assert status == (0 if answer["taken"] == len(answer["files"]) else 1)
    files: list[dict[str, Any]] = answer["files"]
    return files


def test_each_file_finds_its_dataset_and_a_second_run_changes_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = _folder(tmp_path)
    assert main(["gather", str(folder)]) == 0
    said = capsys.readouterr().out
    assert "[1/2] b.xlsx → shops, by its columns\nreceipt shops-000001-" in said
    assert "[2/2] residents-202611.csv → residents, by its name\n" in said
    assert "2 delivered = 1 accepted + 1 rejected" in said
    assert "2 of 2 files taken" in said
    again = _gathered(folder, capsys)
    assert [one["receipt"]["repeated"] for one in again] == [True, True]
    assert len(receipts(system_actor()).rows) == 2


def test_a_run_that_was_cut_short_goes_on(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = _folder(tmp_path)
    assert main(["gather", str(folder / "b.xlsx"), "--dataset", "shops"]) == 0
    capsys.readouterr()
    last = sort_folder(folder=folder, actor=system_actor())[-1]
    with power_cut(monkeypatch):
        gather_sorted(file=last, actor=system_actor(), at=now())
    assert len(receipts(system_actor()).rows) == 1
    found = [one["receipt"] for one in _gathered(folder, capsys)]
    assert [one["repeated"] for one in found] == [True, False]
    assert len(receipts(system_actor()).rows) == 2


def test_what_cannot_be_told_or_taken_is_one_sentence_and_stops_no_other(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = _folder(tmp_path)
    write_csv(folder / "c.csv", [["1", "2"]], header=["店铺编号", "颜色"])
    (folder / "d.pdf").write_bytes(b"%PDF-1.4")
    write_csv(folder / "常住人口.csv", [["S2", "乙"]], header=["店铺编号", "店铺名称"])
    (folder / "e.csv.part").write_bytes(b"a,b\n")
    (folder / ".hidden").write_bytes(b"x")
    (folder / "inner").mkdir()
    (folder / "f.csv").symlink_to(folder / "b.xlsx")
    found = {one["file"]: one for one in _gathered(folder, capsys)}
    taken = {file for file, one in found.items() if "receipt" in one}
    assert taken == {"b.xlsx", "residents-202611.csv"}
    codes = {file: one["code"] for file, one in found.items() if file not in taken}
    assert codes == {
        "c.csv": "collection.file_belongs_nowhere",
        "d.pdf": "collection.file_unreadable",
        "常住人口.csv": "collection.file_misnamed",
        "e.csv.part": "collection.file_left_out",
        "inner": "collection.file_left_out",
        "f.csv": "collection.file_left_out",
    }
    assert "店铺 is nearest, of which it lacks 店铺名称" in found["c.csv"]["problem"]
    assert "those of 店铺 (shops)" in found["常住人口.csv"]["problem"]
    assert drifts(system_actor()) == []


def test_files_that_would_replace_each_other_or_fit_two_entries_are_left(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = _folder(tmp_path)
    make_dataset("stalls", name="摊位", items=SHOPS)
    make_dataset("signs", name="招牌", items=(*SHOPS, ItemSpec("sign", "招牌文字")))
    write_csv(folder / "residents-202612.csv", [resident(3)])
    write_csv(folder / "residents-notes.csv", [["x"]], header=["说明"])
    write_csv(folder / "g.csv", [["S1", "甲", "酒"]], header=["店铺编号", "店铺名称", "招牌文字"])
    found = {one["file"]: one for one in _gathered(folder, capsys)}
    assert found["b.xlsx"]["code"] == "collection.dataset_unclear"
    assert "店铺 (shops), 摊位 (stalls)" in found["b.xlsx"]["problem"]
    assert found["g.csv"]["dataset"] == "signs"  # takes all that the others take, and more
    for name in ("residents-202611.csv", "residents-202612.csv"):
        assert found[name]["code"] == "collection.files_replace_each_other"
    assert found["residents-notes.csv"]["code"] == "collection.columns_missing"
    (folder / "residents-202611.csv").unlink()
    found = {one["file"]: one for one in _gathered(folder, capsys)}
    assert "receipt" in found["residents-202612.csv"]


@pytest.mark.parametrize(
    "words", [["--dataset", "residents"], ["--map", "name=x"], ["--batch", "1"]]
)
def test_what_counts_for_one_file_is_not_said_of_a_folder(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], words: list[str]
) -> None:
    write_csv(tmp_path / "a.csv", [resident(1)], header=HEADER)
    assert main(["gather", str(tmp_path), *words]) == 1
    assert f"leave out {words[0]}" in capsys.readouterr().err
    assert main(["gather", str(tmp_path / "a.csv")]) == 1
    assert "say which entry it is for" in capsys.readouterr().err
