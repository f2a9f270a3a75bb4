"""Hot issues and classes from the command line, on files nobody prepared."""

from __future__ import annotations

import csv
from datetime import UTC, datetime
from pathlib import Path

import pytest

from yitang.decision.insight.api import Message, refresh_hot_issues
from yitang.decision.insight.tests.factories import burst, single_concerns
from yitang.ground.language.tests.factories import labelled_messages
from yitang.ground.organisations.api import system_actor
from yitang.ground.organisations.tests.factories import make_division
from yitang.site.commands.main import main


def written(path: Path, messages: list[Message]) -> Path:
    with path.open("w", encoding="gb18030", newline="") as file:
        table = csv.writer(file)
        table.writerow(["留言编号", "留言用户", "留言主题", "留言时间", "留言详情"])
        for m in messages:
            table.writerow([m.id, m.user_key, m.title, f"{m.at:%Y/%m/%d %H:%M:%S}", m.text])
    return path


def test_hot_issues_of_a_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    random_words = [m for m in single_concerns(60) if m.title.encode("gb18030")]
    path = written(tmp_path / "a.csv", [*random_words, *burst(8)])
    divisions = tmp_path / "divisions.csv"
    divisions.write_text("code,name,parent\n350102,临江县,\n", encoding="utf-8")
    assert main(["insight", "hot", str(path), "--quotes", "--divisions", str(divisions)]) == 0
    said = capsys.readouterr().out
    assert "8 people    8 messages" in said
    assert "停水" in said


def test_a_file_that_cannot_be_used_is_one_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "a.csv"
    path.write_text("题,话\n停水,三天\n", encoding="utf-8")
    assert main(["insight", "hot", str(path)]) == 1
    said = capsys.readouterr().err
    assert "has no column 留言主题, 留言详情, 留言时间; it has 题, 话" in said
    assert said.count("\n") == 1
    assert main(["insight", "hot", str(path), "--column", "tite=题"]) == 1
    assert "'tite' is none of" in capsys.readouterr().err


@pytest.mark.django_db
def test_refresh_and_list(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["insight", "refresh"]) == 0
    assert "0 appeals, 0 issues" in capsys.readouterr().out
    make_division("350102")
    refresh_hot_issues(
        messages=[*single_concerns(40), *burst(8)],
        actor=system_actor(),
        at=datetime(2026, 10, 16, tzinfo=UTC),
    )
    assert main(["insight", "hot"]) == 0
    assert "8 people    8 messages  rising" in capsys.readouterr().out


def test_words_and_readings(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    divisions = tmp_path / "divisions.csv"
    divisions.write_text("code,name,parent\n1,鼓楼区,\n2,鼓楼区,\n", encoding="utf-8")
    for words in (
        ["segment", "鼓楼区水管爆裂"],
        ["redact", "电话13800138000"],
        ["pinyin", "--name", "单田芳"],
        ["places", "鼓楼区停水", "--divisions", str(divisions)],
    ):
        assert main(["language", *words]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "鼓楼区 水管 爆裂",
        "电话〔手机号〕",
        "shan tian fang",
        "鼓楼区 open: 1 2",
    ]


def test_a_model_is_trained_and_used(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    texts, labels = labelled_messages()
    path, model = tmp_path / "labelled.csv", tmp_path / "model.npz"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([("text", "class"), *zip(texts, labels, strict=True)])
    words = ["language", "train", str(path), str(model), "--text", "text", "--label", "class"]
    assert main(words) == 0
    assert "90 examples, 3 classes" in capsys.readouterr().out
    assert main(["language", "classify", str(model), str(path), "--text", "text"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "row,class,probability,next,probability"
    assert [line.split(",")[1] for line in lines[1:]] == labels
    assert main(["language", "classify", str(path), str(path), "--text", "text"]) == 1
    assert "Train it again" in capsys.readouterr().err
