"""The province repeats, keeps its promises, and is as dirty as it says."""

from __future__ import annotations

import csv
import io
import json
import sqlite3
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from threading import Thread

import openpyxl
import pytest

from yitang.ground.base.identity import is_credit_code, is_identity_number
from yitang.sample.api import (
    OWN_WORKBOOK,
    SHARED_AT_START,
    FolderUnusable,
    HealthServer,
    write_province,
    written_before,
)
from yitang.sample.appeals import CATEGORIES, FLOOD, FLOOD_USER, issues
from yitang.sample.datasets import entries
from yitang.sample.dirt import POLICE
from yitang.sample.offices import offices
from yitang.sample.people import STORY
from yitang.sample.province import silos
from yitang.sample.registers import overlaps

PEOPLE = 3000


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("minhai") / "sample"
    write_province(path, people=PEOPLE, seed=7, appeals=400)
    return path


def table(path: Path, encoding: str = "utf-8-sig") -> list[dict[str, str]]:
    text = path.read_text(encoding=encoding, errors="replace")
    return list(csv.DictReader(io.StringIO(text, newline="")))


def test_the_same_seed_gives_the_same_province(folder: Path, tmp_path: Path) -> None:
    again = tmp_path / "again"
    other = tmp_path / "other"
    write_province(again, people=PEOPLE, seed=7, appeals=400)
    write_province(other, people=PEOPLE, seed=8, appeals=400)
    texts = [path.relative_to(folder) for path in folder.rglob("*") if path.suffix in TEXTS]
    assert len(texts) > 25
    assert [p for p in texts if (folder / p).read_bytes() != (again / p).read_bytes()] == []
    residents = Path("silos/police/residents.csv")
    assert (folder / residents).read_bytes() != (other / residents).read_bytes()
    assert (folder / "divisions.csv").read_bytes() == (other / "divisions.csv").read_bytes()


TEXTS = {".csv", ".json", ".toml", ".txt"}


def test_files_of_others_are_never_touched(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(FolderUnusable, match="other files"):
        write_province(tmp_path, people=10)
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]
    assert written_before(tmp_path) is None


def test_a_complete_sample_says_what_it_holds(folder: Path) -> None:
    written = written_before(folder)
    assert written is not None
    assert (written.people, written.seed) == (PEOPLE, 7)
    assert written.counts["items"] == 300
    assert {silo.dataset for silo in silos()} <= set(written.counts)


def test_people_have_numbers_of_their_own_in_codes_nobody_has(folder: Path) -> None:
    people = table(folder / "truth" / "people.csv")
    numbers = [row["identity_number"] for row in people if row["identity_number"]]
    assert len(set(numbers)) == len(numbers) > PEOPLE * 0.98
    assert all(number.startswith("99") and is_identity_number(number) for number in numbers)


def test_organisations_have_valid_codes_and_known_divisions(folder: Path) -> None:
    divisions = {row["code"]: row for row in table(folder / "divisions.csv")}
    offices = table(folder / "organisations.csv")
    codes = {row["credit_code"] for row in offices}
    assert len(codes) == len(offices)
    assert all(is_credit_code(code) for code in codes)
    assert {row["division"] for row in offices} <= set(divisions)
    assert all(row["parent"] in divisions for row in divisions.values() if row["parent"])
    posts = table(folder / "officers.csv")
    assert {row["organisation"] for row in posts} <= codes


def test_police_records_are_gbk_and_as_dirty_as_their_rates(folder: Path) -> None:
    rows = table(folder / "silos/police/residents.csv", "gbk")
    assert len(rows) > PEOPLE * 0.98
    right = sum(is_identity_number(row["公民身份号码"] or "") for row in rows)
    share = 1 - right / len(rows)
    expected = POLICE.missing_number + POLICE.mistyped_number + POLICE.odd_writing
    assert expected / 3 < share < expected * 3


def test_every_slip_belongs_to_a_record(folder: Path) -> None:
    known = {
        (row["dataset"], row["record"].split("/")[0])
        for name in ("persons", "children", "companies")
        for row in table(folder / "truth" / f"{name}.csv")
    }
    slips = table(folder / "truth" / "dirt.csv")
    assert {(row["dataset"], row["record"]) for row in slips} <= known
    assert len({row["kind"] for row in slips}) >= 8


def test_the_story_is_written_down_without_a_slip(folder: Path) -> None:
    residents = table(folder / "silos/police/residents.csv", "gbk")
    mother, father = (row for row in residents if row["户号"] == STORY)
    assert (mother["姓名"], father["姓名"]) == ("林若芸", "陈志远")
    births = json.loads((folder / "silos/health/births/000001.json").read_text(encoding="utf-8"))
    assert births[0]["child_name"] == "林知夏"
    assert births[0]["mother_identity"] == mother["公民身份号码"]
    assert births[0]["father_identity"] == father["公民身份号码"]
    book = openpyxl.load_workbook(folder / "silos/civil-affairs/marriages.xlsx", read_only=True)
    rows = list(book.worksheets[0].iter_rows(values_only=True))
    assert rows[2][0] == "登记编号"
    assert rows[3][2] == father["公民身份号码"]
    assert rows[3][4] == mother["公民身份号码"]
    citizen = table(folder / "citizens.csv")[0]
    assert citizen["username"] == "citizen"
    assert citizen["identity_number"] == mother["公民身份号码"]


def test_social_security_hands_over_a_database(folder: Path) -> None:
    with sqlite3.connect(folder / "silos/social-security/insured.sqlite3") as database:
        number = database.execute("SELECT count(*), count(DISTINCT id) FROM insured").fetchone()
    database.close()
    assert number[0] == number[1] > PEOPLE * 0.3


def test_sixty_datasets_of_twenty_departments_are_handed_over(folder: Path) -> None:
    written = written_before(folder)
    assert written is not None
    handed_over = {silo.dataset for silo in silos()}
    owners = {e["organisation"] for e in entries() if e["code"] in handed_over}
    assert len(handed_over) >= 60
    assert len(owners) >= 20
    assert all((folder / silo.path).is_file() for silo in silos() if silo.kind != "http_json")
    assert sum(written.counts[code] == 0 for code in handed_over) <= 5  # a small province


def rows_of(folder: Path, code: str) -> list[dict[str, str]]:
    """A handed-over file by the item names of its entry."""
    silo = next(silo for silo in silos() if silo.dataset == code)
    entry = next(entry for entry in entries() if entry["code"] == code)
    items = entry["item"]
    assert isinstance(items, list)
    path = folder / silo.path
    if silo.kind == "csv":
        cells = list(
            csv.reader(io.StringIO(path.read_text(silo.encoding or "utf-8-sig", "replace")))
        )
        values: list[list[object]] = [list(row) for row in cells[1:]]
    elif silo.kind == "excel":
        book = openpyxl.load_workbook(path, read_only=True)
        values = [list(row) for row in book.worksheets[0].iter_rows(min_row=4, values_only=True)]
    else:
        with sqlite3.connect(path) as database:
            values = [list(row) for row in database.execute(f"SELECT * FROM {silo.table}")]  # noqa: S608
        database.close()
    names = [item["name"] for item in items]
    return [dict(zip(names, [str(v) for v in row], strict=False)) for row in values]


def test_two_registers_that_hold_the_same_hold_the_same_values(folder: Path) -> None:
    """By each planted overlap: the subjects in both have, mostly, the same under both names."""
    found = overlaps()
    assert len(found) == len(table(folder / "truth" / "overlaps.csv")) >= 15
    numbered = ("identity_number", "credit_code")
    for overlap in found:
        left, right = (
            {
                next((row[k] for k in numbered if row.get(k)), ""): row
                for row in rows_of(folder, code)
            }
            for code in (overlap.left, overlap.right)
        )
        both = set(left) & set(right) - {""}
        assert both, overlap
        # sex and degree have codes of their own, an address is written in five ways
        own = {"sex", "degree", "location", "address"}
        plain = [pair for pair in overlap.items if not own & set(pair)]
        for mine, theirs in plain:
            digits = [
                (_digits(left[key][mine]), _digits(right[key][theirs]))
                for key in both
                if left[key].get(mine) and right[key].get(theirs)
            ]
            agreeing = sum(a == b for a, b in digits)
            assert agreeing >= 0.5 * len(digits), (overlap, mine, theirs)


def _digits(value: str) -> str:
    """A value without the marks between its parts, dates in any writing."""
    for mark in "年月":
        value = value.replace(mark, "-")
    parts = value.replace("日", "").replace("/", "-").replace(".", "-").split("-")
    return "".join(part.zfill(2) for part in parts)


def test_datasets_cover_what_materials_need(folder: Path) -> None:
    codes = {str(entry["code"]) for entry in entries()}
    items = json.loads((folder / "items.json").read_text(encoding="utf-8"))["items"]
    needed = {material["dataset"] for item in items for material in item["materials"]} - {""}
    assert needed <= codes
    assert set(SHARED_AT_START) <= codes
    assert "births" not in SHARED_AT_START
    assert len({item["code"] for item in items}) == 300
    assert len({item["department"] for item in items}) == 20


def test_planted_issues_count_people_and_the_flood_counts_one(folder: Path) -> None:
    truth = {row["留言编号"]: row for row in table(folder / "truth" / "appeals.csv")}
    appeals = table(folder / "appeals.csv")
    users: dict[str, set[str]] = {}
    for row in appeals:
        users.setdefault(truth[row["留言编号"]]["issue"], set()).add(row["留言用户"])
    for issue in issues():
        assert len(users[issue.code]) == issue.people
    flood = [row for row in appeals if row["留言用户"] == FLOOD_USER]
    assert len(flood) == FLOOD
    formats = Counter("-" in row["留言时间"] for row in appeals)
    assert 0 < formats[True] < formats[False]


def test_labelled_appeals_are_many_and_varied(folder: Path) -> None:
    rows = table(folder / "appeals_labelled.csv")
    assert Counter(row["一级标签"] for row in rows).keys() == CATEGORIES.keys()
    assert len({row["留言详情"] for row in rows}) > 0.98 * len(rows)


def test_projects_add_up_to_what_is_claimed(folder: Path) -> None:
    rows = table(folder / "projects.csv")
    assert len(rows) == 400
    assert sum(bool(row["started_on"]) for row in rows) == 200
    assert sum(Decimal(row["investment"]) for row in rows) == Decimal(3000)


def test_nobody_is_served_before_the_one_in_front(folder: Path) -> None:
    busy: dict[tuple[str, str, str], str] = {}
    for row in table(folder / "halls" / "visits.csv"):
        assert row["arrived"] <= row["called"] < row["finished"]
        window = (row["hall"], row["day"], row["window"])
        assert busy.get(window, "") <= row["called"]
        busy[window] = row["finished"]


def test_the_visitors_workbook_is_not_clean(folder: Path) -> None:
    book = openpyxl.load_workbook(folder / "own" / OWN_WORKBOOK, read_only=True)
    rows = list(book.worksheets[0].iter_rows(min_row=3, values_only=True))
    wrong = [row for row in rows if not is_identity_number(str(row[1] or ""))]
    assert len(rows) == 60
    assert len(wrong) == 3


@pytest.fixture
def server(folder: Path) -> Iterator[HealthServer]:
    with HealthServer(folder) as running:
        thread = Thread(target=running.serve_forever)
        thread.start()
        yield running
        running.shutdown()
        thread.join()


def test_health_answers_page_by_page(server: HealthServer) -> None:
    rows, path = [], "/vaccinations?page=1"
    while path:
        with urllib.request.urlopen(server.address + path) as answer:  # noqa: S310  (loopback)
            page = json.load(answer)
        rows += page["rows"]
        path = page["next"]
    assert len(rows) == page["total"]
    assert len({row["record_number"] for row in rows}) == len(rows)
    for wrong in ("/residents", "/births?page=0", "/births?page=../x", "/../province.json"):
        with pytest.raises(urllib.error.HTTPError) as refused:
            urllib.request.urlopen(server.address + wrong)  # noqa: S310  (loopback)
        assert refused.value.code == 404
        refused.value.close()


def test_every_dataset_comes_out_of_a_system_of_its_own_department(folder: Path) -> None:
    with (folder / "systems.csv").open(encoding="gb18030", newline="") as file:
        rows = list(csv.DictReader(file))
    owners = {row["系统编号"]: row["部门全称"] for row in rows}
    assert len(rows) == len(owners) == 62
    assert len(set(owners.values())) == 22
    codes = {office.credit_code: office.name for office in offices()}
    for entry in entries():
        items = entry["item"]
        assert isinstance(items, list)
        assert {owners[item["source_system"]] for item in items} <= {
            codes[str(entry["organisation"])]
        }
    ended = [row for row in rows if row["系统状态"] in {"已整合", "已停用"}]
    assert all(row["状态变更日期"] and row["年运维费用（万元）"] for row in ended)
    assert {row["并入系统"] for row in ended} - {""} <= set(owners)
