"""``yitang divisions``, ``yitang officers`` and ``yitang halls``, as an operator runs them."""

from __future__ import annotations

from pathlib import Path

import pytest

from yitang.ground.organisations.api import user_by_username
from yitang.ground.organisations.tests.factories import make_credit_code
from yitang.ground.plumbing.api import now
from yitang.site.commands.main import main

pytestmark = pytest.mark.django_db


def run(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    status = main(words)
    printed = capsys.readouterr()
    return status, printed.out, printed.err


def written(folder: Path, name: str, text: str) -> str:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return str(path)


def test_a_province_with_its_officers_and_a_hall_comes_in_by_commands(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code = make_credit_code(7)
    divisions = written(
        tmp_path,
        "divisions.csv",
        "code,name,level,parent,valid_from,valid_to,successors\n990000,闽海省,,,,,\n990100,临江市,,,,,\n",
    )
    organisations = written(
        tmp_path,
        "organisations.csv",
        f"name,short_name,credit_code,division,kind,duties\n水利局,,{code},990100,,water\n",
    )
    officers = written(
        tmp_path,
        "officers.csv",
        f"username,display_name,role,organisation\nchen,陈立,handler,{code}\n",
    )
    hall = written(tmp_path, "hall.csv", "type,visits_per_day,mean_minutes,windows\n社保,60,8,2\n")
    assert run(capsys, "divisions", "load", divisions)[1] == "2 divisions: 2 new, 0 known before\n"
    assert run(capsys, "divisions", "show", "990100")[1] == "990100 闽海省 临江市\n"
    assert "1 new" in run(capsys, "officers", "organisations", organisations)[1]
    assert "1 new accounts" in run(capsys, "officers", "load", officers)[1]
    assert "handler  水利局" in run(capsys, "officers", "show", "chen")[1]
    printed = run(capsys, "officers", "password", "chen", "--made")[1]
    user = user_by_username("chen")
    assert user is not None
    assert user.check_password(printed.rpartition(" ")[2].strip())
    assert run(capsys, "officers", "close", "chen")[1] == "陈立 closed\n"
    assert f"– {now():%Y}" in run(capsys, "officers", "show", "chen")[1]
    kept = run(
        capsys,
        "halls",
        "record",
        hall,
        "--name",
        "Hall",
        "--organisation",
        code,
        "--integrated",
        "1",
    )
    assert kept[1] == "Hall: 1 kinds of matter, 3 windows\n"


def test_windows_are_counted_with_their_assumptions(capsys: pytest.CaptureFixture[str]) -> None:
    status, out, _ = run(capsys, "halls", "windows")
    assert status == 0
    for line in (
        "separate windows            30",
        "one pool                    13",
        "one pool, slower clerks     15",
        "  - 95% of people wait at most 15 minutes, in the busiest hour.",
        "  85%: 28, slower clerks 31, 30% online 22, 60% online 14",
        "A simulated day that rises and falls needs 12 windows in one pool.",
    ):
        assert line in out
    _, online, _ = run(capsys, "halls", "windows", "--online", "0.6", "--back-office")
    assert "(8 windows + 3 back)" in online
    assert "simulated" not in online


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("divisions", "show", "990199"), "no division with the code 990199"),
        (("divisions", "load", "nowhere.csv"), "nowhere.csv cannot be read"),
        (("officers", "show", "nobody"), "no user nobody"),
        (("halls", "windows", "nowhere.csv"), "nowhere.csv cannot be used"),
        (("halls", "windows", "--slower", "9"), "slower is 9"),
    ],
)
def test_a_mistake_is_one_sentence(
    capsys: pytest.CaptureFixture[str], words: tuple[str, ...], sentence: str
) -> None:
    status, out, err = run(capsys, *words)
    assert (status, out) == (1, "")
    assert err.count("\n") == 1
    assert sentence in err
