"""Catalogue, gathering and fusion from the command line, from file to score."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from yitang.data.catalogue.api import Dataset
from yitang.data.collection.tests.factories import (
    HEADER,
    make_identity_number,
    make_residents,
    resident,
    write_csv,
)
from yitang.data.fusion.tests.factories import write_people
from yitang.ground.organisations.tests.factories import make_division, make_organisation
from yitang.site.commands.main import main

pytestmark = pytest.mark.django_db


def test_a_catalogue_is_loaded_searched_and_shown(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    owner = make_organisation(name="公安厅")
    path = tmp_path / "catalogue.toml"
    path.write_text(
        '[[dataset]]\ncode = "residents"\nname = "常住人口"\npublished = true\n'
        f'organisation = "{owner.credit_code}"\nsharing_condition = "按职责"\n'
        '[[dataset.item]]\nname = "name"\nlabel = "姓名"\n',
        encoding="utf-8",
    )
    assert main(["catalogue", "load", str(path)]) == 0
    assert main(["catalogue", "list", "czrk"]) == 0
    assert main(["catalogue", "list"]) == 0
    assert main(["catalogue", "show", "residents"]) == 0
    said = capsys.readouterr().out
    assert "1 entries, 1 published" in said
    assert said.count("residents\t常住人口\t公安厅") == 2
    assert "shared on conditions, monthly" in said
    assert main(["catalogue", "show", "residents", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["items"][0]["label"] == "姓名"
    assert main(["catalogue", "show", "none"]) == 1
    assert "There is no dataset none" in capsys.readouterr().err


def test_a_table_that_leaves_few_rows_needs_an_option(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    make_division("350102")
    make_residents("residents")
    many = write_csv(tmp_path / "a.csv", [resident(number) for number in range(4)])
    few = write_csv(tmp_path / "b.csv", [resident(1)])
    assert main(["gather", str(many), "--dataset", "residents"]) == 0
    assert main(["gather", str(few), "--dataset", "residents"]) == 1
    assert "has 4 rows and b.csv brings 1" in capsys.readouterr().err
    assert main(["gather", str(few), "--dataset", "residents", "--fewer"]) == 0
    assert "in place of the 4 rows there were" in capsys.readouterr().out


def test_a_file_is_gathered_and_its_rejected_rows_taken_out(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    make_division("350102")
    make_residents("residents")
    path = write_csv(tmp_path / "a.csv", [resident(1), resident(2, name="")], encoding="gbk")
    assert main(["gather", str(path), "--dataset", "residents", "--json"]) == 0
    receipt = json.loads(capsys.readouterr().out)
    assert (receipt["delivered"], receipt["accepted"], receipt["rejected"]) == (2, 1, 1)
    assert receipt["problems"][0]["problem"] == "the value is missing"
    assert main(["gather", str(path), "--dataset", "residents"]) == 0
    said = capsys.readouterr().out
    assert "2 delivered = 1 accepted + 1 rejected" in said
    assert "nothing changed" in said
    assert main(["collection", "receipts"]) == 0
    assert f"{receipt['number']}\t2 = 1 + 1" in capsys.readouterr().out
    workbook = tmp_path / "bad.xlsx"
    assert main(["collection", "quarantine", receipt["number"], str(workbook)]) == 0
    assert workbook.read_bytes().startswith(b"PK")
    whole = ["collection", "quarantine", receipt["number"], str(workbook), "--marked"]
    assert main([*whole, str(path)]) == 0
    assert main([*whole, str(workbook)]) == 1
    assert "not the file that was handed in" in capsys.readouterr().err


def test_a_file_is_compared_by_key(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    make_division("350102")
    make_residents("residents")
    rows = [resident(number) for number in range(10)]

    def said(*changed: list[str], code: int = 0) -> str:
        path = write_csv(tmp_path / "a.csv", list(changed))
        assert main(["gather", str(path), "--dataset", "residents", "--by-key"]) == code
        found = capsys.readouterr()
        return found.err if code else found.out

    assert "by key: 10 added, 0 changed, 0 unchanged, 0 removed, 0 spared" in said(*rows)
    later = said(*rows[1:9], resident(9, name="王五"), resident(10))
    assert "by key: 1 added, 1 changed, 8 unchanged, 1 removed, 0 spared" in later
    assert "rows would be gone" in said(*rows[:5], code=1)
    Dataset.objects.update(delivery="added")
    assert "cannot be compared by key: batches of this dataset are added up" in said(*rows, code=1)
    Dataset.objects.update(delivery="whole")
    Dataset.objects.get().items.update(is_key=False)
    assert "no data item of its entry is marked as key" in said(*rows, code=1)


def test_columns_that_differ_are_listed_and_decided(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    make_division("350102")
    make_residents("residents")
    path = write_csv(tmp_path / "a.csv", [[*resident(1), "x"]], header=[*HEADER, "备注"])
    assert main(["gather", str(path), "--dataset", "residents"]) == 0
    capsys.readouterr()
    assert main(["collection", "columns"]) == 0
    waiting, dataset, kind, column, case = capsys.readouterr().out.strip().split("\t")
    assert (dataset, kind, column, case) == ("residents", "added", "备注", "-")
    assert main(["collection", "columns", waiting]) == 1
    assert "say add, ignore, take or send_back" in capsys.readouterr().err
    assert main(["collection", "columns", waiting, "ignore"]) == 0
    assert capsys.readouterr().out == "备注: ignored\n"
    assert main(["collection", "columns"]) == 0
    assert capsys.readouterr().out == ""


def test_suggested_rules_are_listed_and_accepted(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    make_division("350102")
    make_residents("residents")
    path = write_csv(tmp_path / "a.csv", [resident(number) for number in range(60)])
    assert main(["gather", str(path), "--dataset", "residents"]) == 0
    capsys.readouterr()
    assert main(["collection", "suggest", "residents"]) == 0
    said = capsys.readouterr().out
    assert "record:pattern\t登记编号\t[A-Z][0-9]{5}\tall 60 values have this form" in said
    assert main(["collection", "suggest", "residents", "--accept", "record:pattern"]) == 0
    assert capsys.readouterr().out == "residents: 1 accepted\n"
    assert main(["collection", "suggest", "residents", "--all"]) == 0
    assert capsys.readouterr().out == f"residents: {said.count(chr(10)) - 1} accepted\n"


def test_quality_rules_are_loaded_and_shown(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    make_residents("residents")
    file = tmp_path / "rules.toml"
    file.write_text(
        'dataset = "residents"\n\n[[rule]]\nname = "born"\nkind = "range"\n'
        'items = ["birth_date"]\nseverity = "warn"\nlow = "1900-01-01"\n',
        encoding="utf-8",
    )
    assert main(["collection", "rules", "load", str(file)]) == 0
    assert capsys.readouterr().out == "residents: version 1, 1 rules\n"
    assert main(["collection", "rules", "show", "residents"]) == 0
    assert capsys.readouterr().out == file.read_text(encoding="utf-8")
    assert main(["collection", "rules", "load", str(tmp_path / "none.toml")]) == 1
    assert "none.toml cannot be read" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ([], "give either a file or --url"),
        (["FILE", "--map", "name"], "is not ITEM=COLUMN"),
        (["FILE", "--map", "name=没有"], "lacks 姓名"),
        (["none.csv"], "there is no such file"),
    ],
)
def test_what_cannot_be_gathered_is_one_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], words: list[str], said: str
) -> None:
    make_residents("residents")
    path = write_csv(tmp_path / "a.csv", [resident(1)])
    given = [str(path) if word == "FILE" else word for word in words]
    assert main(["gather", "--dataset", "residents", *given]) == 1
    error = capsys.readouterr().err
    assert said in error
    assert error.count("\n") == 1


def test_registered_sources_are_run_and_a_broken_one_stops_no_other(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    make_division("350102")
    make_residents("residents")
    make_residents("others")
    write_csv(tmp_path / "a.csv", [resident(1)])
    sources = tmp_path / "sources.toml"
    entry = '[[source]]\ndataset = "{}"\nkind = "csv"\npath = "{}"\n'
    sources.write_text(entry.format("others", "gone.csv") + entry.format("residents", "a.csv"))
    assert main(["collection", "sources", str(sources)]) == 0
    assert "residents\tcsv" in capsys.readouterr().out
    assert main(["collection", "run"]) == 1
    said = capsys.readouterr().out
    assert "others: gone.csv cannot be read" in said
    assert "1 delivered = 1 accepted + 0 rejected" in said
    assert main(["collection", "run", "residents"]) == 0
    assert "nothing changed" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[[source", "cannot be read"),
        ("x = 1", "no [[source]] table"),
        ('[[source]]\ndataset = "a"', "has no kind"),
        ('[[source]]\ndataset = "a"\nkind = "post"\npath = "x"', "post is none of"),
        ('[[source]]\ndataset = "residents"\nkind = "http_json"\npath = "/x"', "needs an address"),
    ],
)
def test_a_list_of_sources_with_a_slip_is_one_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str, said: str
) -> None:
    make_residents("residents")
    path = tmp_path / "sources.toml"
    path.write_text(text, encoding="utf-8")
    assert main(["collection", "sources", str(path)]) == 1
    assert said in capsys.readouterr().err
    assert main(["collection", "sources", str(tmp_path / "none.toml")]) == 1


def test_fusion_and_its_score(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["fuse", "population"]) == 1
    assert "Gather one" in capsys.readouterr().err
    make_division("350102")
    make_residents("residents")
    make_residents("others")
    number = make_identity_number(1)
    one = write_csv(tmp_path / "1.csv", [resident(1, identity_number=number)])
    two = write_csv(
        tmp_path / "2.csv", [resident(9, identity_number=number, name="王五")], header=HEADER
    )
    assert main(["gather", str(one), "--dataset", "residents"]) == 0
    assert main(["gather", str(two), "--dataset", "others"]) == 0
    capsys.readouterr()
    assert main(["fuse", "population"]) == 0
    said = capsys.readouterr().out
    assert "population: 1 from 2 records" in said
    assert "conflict on name: 1" in said
    assert main(["fuse", "population", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["conflicts"]["name"] == 1
    truth = tmp_path / "truth.csv"
    truth.write_text("dataset,record,person\nresidents,R00001,1\nothers,R00009,1\n")
    assert main(["fuse", "score", str(truth)]) == 0
    assert "precision 1.0000, recall 1.0000, f1 1.0000" in capsys.readouterr().out
    assert main(["fuse", "score", str(truth), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["right_pairs"] == 1


def test_an_engine_is_chosen_by_name_and_missed_in_one_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    make_division("350102")
    make_residents("residents")
    file = write_csv(tmp_path / "1.csv", [resident(1, identity_number=make_identity_number(1))])
    assert main(["gather", str(file), "--dataset", "residents"]) == 0
    assert main(["fuse", "population", "--engine", "duckdb"]) == 0
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("JAVA_HOME", raising=False)
    capsys.readouterr()
    assert main(["fuse", "population", "--engine", "spark"]) == 1
    assert capsys.readouterr().err == (
        "yitang fuse: Apache Spark cannot run here: Java is not installed. "
        "Install Java 17 and the extra spark, or set YITANG_ENGINE=duckdb.\n"
    )
    with pytest.raises(SystemExit) as refused:
        main(["fuse", "population", "--engine", "hadoop"])
    assert refused.value.code == 2
    assert "'hadoop'" in capsys.readouterr().err


def test_files_are_fused_by_a_specification_and_reported_on_a_page(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_people(tmp_path, 60)
    spec, out = tmp_path / "spec.toml", tmp_path / "out"
    assert main(["fuse", "--spec", str(spec), "--out", str(out)]) == 0
    told = capsys.readouterr()
    assert "people: 60 entities from" in told.out
    assert "values put into one form" in told.err
    page = (out / "report.html").read_text(encoding="utf-8")
    assert "<style>" in page
    assert "//" not in page.replace("<!doctype html>", "")
    assert main(["fuse", "--spec", str(spec), "--out", str(out), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["entities"] == 60
    assert main(["fuse", "--spec", str(spec)]) == 2
    assert "--out FOLDER" in capsys.readouterr().err
    assert main(["fuse", "--spec", str(tmp_path / "none.toml"), "--out", str(out)]) == 1
    assert capsys.readouterr().err.count("\n") == 1
