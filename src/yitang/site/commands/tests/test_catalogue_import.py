"""``yitang catalogue import``: an office with two tables gets its catalogue."""

from __future__ import annotations

import json
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pytest
from openpyxl import load_workbook

from yitang.data.catalogue.api import workbook_of
from yitang.data.catalogue.tests.factories import make_complete_spec, portal_dump
from yitang.ground.organisations.tests.factories import make_division, make_organisation
from yitang.site.commands.main import main

pytestmark = pytest.mark.django_db


def test_two_tables_become_a_catalogue(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    make_division("350200", name="石桥市")
    first, second = tmp_path / "目录.csv", tmp_path / "catalogue.xlsx"
    first.write_bytes(portal_dump("GBK table"))
    second.write_bytes(portal_dump("English workbook"))
    assert main(["catalogue", "import", str(first), "--dry-run"]) == 0
    said = capsys.readouterr().out
    assert "信息资源名称\tname" in said
    assert "department:石桥市统计局\tWhich organisation is 石桥市统计局?" in said
    assert main(["catalogue", "import", str(first), "--found", "350200"]) == 0
    said = capsys.readouterr().out
    assert "13 delivered, 12 accepted, 1 rejected" in said
    assert "1: it has 12 cells where the header has 10" in said
    assert main(["catalogue", "import", str(first)]) == 0
    assert "nothing was changed" in capsys.readouterr().out
    assert main(["catalogue", "import", str(second), "--answer", "openness=open", "--json"]) == 0
    done = json.loads(capsys.readouterr().out)
    assert (done["delivered"], done["accepted"]) == (12, 12)
    assert main(["catalogue", "list", "文物"]) == 0
    assert "文物保护单位" in capsys.readouterr().out


def test_bad_words_on_the_command_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "d.json"
    file.write_bytes(portal_dump("camel case inside an answer"))
    for words, said in (
        ([str(tmp_path / "no.json")], "cannot be read as a catalogue"),
        ([str(file), "--map", "resTitle"], "is not of the form NAME=VALUE"),
        ([str(file), "--map", "nothing=name"], "there is no such field"),
        ([str(file), "--answer", "colour=red"], "keys are"),
    ):
        assert main(["catalogue", "import", *words]) == 1
        assert said in capsys.readouterr().err
    assert main(["catalogue", "import", str(file), "--dry-run", "--json"]) == 0
    plan = json.loads(capsys.readouterr().out)
    assert plan["missing"] == []
    assert {row["field"]: row["target"] for row in plan["fields"]}["resTitle"] == "name"


def test_each_bad_cell_of_a_workbook_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    office = make_organisation()
    spec = replace(make_complete_spec("lamps", name="路灯"), organisation=office.credit_code)
    book = load_workbook(BytesIO(workbook_of([spec])))
    book["目录"]["J2"], book["目录"]["S2"] = None, "四级"
    path = tmp_path / "目录.xlsx"
    book.save(path)
    main(["catalogue", "import", str(path)])
    said = capsys.readouterr().out
    assert "目录 row 2, 共享类型: it is empty; fill in one of" in said
    assert "目录 row 2, 数据分级: 四级 is not a whole number" in said
    main(["catalogue", "import", str(path), "--json"])
    assert len(json.loads(capsys.readouterr().out)["bad_cells"]) == 2
