from __future__ import annotations

import json
from pathlib import Path

import pytest

from yitang.public.hotline.api import categories
from yitang.public.hotline.tests.factories import HOME, labelled, make_province
from yitang.site.commands import appeals
from yitang.site.commands.main import main

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def here(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    class Place:
        division = HOME
        files = tmp_path / "files"

    monkeypatch.setattr(appeals, "settings", lambda: Place)
    make_province()


def write(path: Path, *lines: str) -> str:
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return str(path)


def test_a_file_is_learnt_from_and_another_taken_in(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    examples = write(
        tmp_path / "labelled.csv", "内容,分类", *(f"{text},{label}" for text, label in labelled())
    )
    assert main(["appeals", "train", examples]) == 0
    assert "240 examples, 3 classes" in capsys.readouterr().out
    duties = write(tmp_path / "duties.csv", "label,duty", "噪音,noise")
    assert main(["appeals", "duties", duties]) == 0
    assert {row.label: row.duty for row in categories()}["噪音"] == "noise"
    file = write(
        tmp_path / "appeals.csv",
        "留言编号,留言主题,留言时间,留言详情",
        "1,水,2026/11/1 8:03:12,临江县城里自来水水管一直没人管",
        "2,水,someday,时间不对",
    )
    assert main(["appeals", "import", file]) == 0
    said = capsys.readouterr().out
    assert "2 delivered = 1 accepted + 1 rejected" in said
    assert "row 3, filed_at: “someday” is no date and time" in said
    assert main(["appeals", "import", file, "--json", "--map", "place=留言主题"]) == 1
    receipt = json.loads(capsys.readouterr().out)
    assert (receipt["accepted"], receipt["rejected"]) == (0, 2)  # the same number, other content
    assert main(["appeals", "rates", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["solved"]["denominator"] == 0


def test_a_wrong_file_or_mapping_is_one_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = write(tmp_path / "appeals.csv", "a,b", "1,2")
    assert main(["appeals", "import", file]) == 1
    assert "is mapped to text" in capsys.readouterr().err
    with pytest.raises(SystemExit):
        main(["appeals", "import", file, "--map", "text"])
    assert "'text' is not FIELD=COLUMN" in capsys.readouterr().err
    assert main(["appeals", "configure", file]) == 1
    assert "appeals.csv" in capsys.readouterr().err


def test_tiers_come_from_a_file_of_the_place(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = write(
        tmp_path / "hotline.toml",
        'source = "本地规范"',
        "[[tiers]]",
        'code = "general"',
        'dispatch_within = "1wd"',
        'feedback_within = "5wd"',
    )
    assert main(["appeals", "configure", file]) == 0
    assert "general: dispatch 1wd, feedback 5wd" in capsys.readouterr().out
