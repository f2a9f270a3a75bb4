"""``yitang catalogue systems``: listed, loaded, written; the words beside it are answered too."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from yitang.data.catalogue.api import InformationSystem
from yitang.data.catalogue.tests.factories import make_dataset
from yitang.ground.organisations.tests.factories import make_organisation
from yitang.site.commands.main import main

pytestmark = pytest.mark.django_db
ROWS = "系统编码,系统名称,部门全称,状态,状态日期,年运维费（万元）,联系人\n"


def test_a_register_is_loaded_listed_and_written(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    make_organisation(name="民政局")
    file = tmp_path / "register.csv"
    file.write_text(
        f"{ROWS}MZ-01,救助系统,民政局,在用,,9.8,某\nMZ-02,旧系统,民政局,停用,2026-03-01,1,某\n"
        "MZ 03,坏,民政局,在用,,1,某\nMZ-04,坏,无此局,在用,,1,某\n",
        encoding="gb18030",
    )
    assert main(["catalogue", "systems", str(file), "--look"]) == 1
    assert not InformationSystem.objects.exists()
    assert "2 would be new" in capsys.readouterr().out
    assert main(["catalogue", "systems", str(file)]) == 1
    said = capsys.readouterr().out
    assert "4 delivered, 2 accepted, 2 rejected" in said
    assert "columns left out: 联系人" in said
    assert "row 4\tMZ 03\t系统代码: use 2 to 60 letters" in said
    assert "row 5\tMZ-04\t所属单位: no department is called 无此局" in said
    assert main(["catalogue", "systems", str(file), "--json"]) == 1
    found = json.loads(capsys.readouterr().out)
    assert (found["unchanged"], found["rejected_rows"][0]["row"]) == (2, 4)
    assert main(["catalogue", "systems"]) == 0
    said = capsys.readouterr().out
    assert "MZ-02\t旧系统\t民政局\tretired since 2026-03-01\t10,000.00" in said
    assert "2 systems, 1 in use (0 connected), 1 ended; 98,000.00 yuan a year" in said
    assert main(["catalogue", "systems", "--state", "ended", "--json"]) == 0
    assert [row["code"] for row in json.loads(capsys.readouterr().out)] == ["MZ-02"]
    for name in ("out.csv", "out.xlsx"):
        assert main(["catalogue", "systems", "--export", str(tmp_path / name)]) == 0
        assert main(["catalogue", "systems", str(tmp_path / name)]) == 0
        assert "0 new, 0 changed, 2 as they were" in capsys.readouterr().out
    assert main(["catalogue", "systems", "--template", str(tmp_path / "empty.xlsx")]) == 0
    capsys.readouterr()
    assert main(["catalogue", "systems", str(tmp_path / "empty.xlsx")]) == 1
    assert "it holds no record" in capsys.readouterr().err
    assert main(["catalogue", "systems", "--export", str(tmp_path / "out.pdf")]) == 1
    assert main(["catalogue", "systems", str(tmp_path / "none.csv")]) == 1
    assert "none.csv" in capsys.readouterr().err


def test_export_changes_and_reindex_are_answered(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    make_dataset("residents")
    file = tmp_path / "out.ttl"
    assert main(["catalogue", "export", "--format", "dcat-ap", str(file)]) == 0
    assert "residents" in file.read_text(encoding="utf-8")
    assert main(["catalogue", "changes", "--json"]) == 0
    assert main(["catalogue", "reindex"]) == 0
    said = capsys.readouterr().out.splitlines()
    assert said[0] == f"1 entries written to {file}"
    assert json.loads(said[1])["dataset"] == "residents"
    assert said[2] == "1 entries indexed"
