from __future__ import annotations

import csv
import io
import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.db import connection

from yitang.ground.base.errors import NotAllowed
from yitang.ground.casework.api import supervise_cases, supervision_counts, worklist
from yitang.ground.metrics.api import check_rollups, metric_value
from yitang.ground.organisations.api import system_actor
from yitang.ground.plumbing.api import settings
from yitang.public.hotline import errors
from yitang.public.hotline.actions import (
    assign_duties,
    before_of,
    configure,
    import_appeals,
    train_categories,
)
from yitang.public.hotline.models import Appeal, Category
from yitang.public.hotline.queries import check_trained, configuration, imports, three_rates
from yitang.public.hotline.rules import LATE, Receipt

from .factories import AT, HOME, NO_MODEL, Province, labelled, make_model, make_province

pytestmark = pytest.mark.django_db
HEADERS = ("留言编号", "留言用户", "留言主题", "留言时间", "留言详情", "反对数", "点赞数")
ROWS = [
    ("1", "A01", "自来水发黄", "2026/11/1 8:03:12", "临江县自来水水管一直没人管", "0", "3"),
    ("2", "A02", "路灯不亮", "2026-11-02 20:00:00", "门口的路灯坏了", "0", "0"),
    ("3", "A01", "又发黄了", "2026/11/3 9:00:00", "临江县自来水水质有问题，请处理", "1", "0"),
]


@pytest.fixture
def province() -> Province:
    return make_province()


def write(
    path: Path, rows: Sequence[tuple[str, ...]], *, headers: tuple[str, ...] = HEADERS,
    encoding: str = "utf-8",
) -> Path:  # fmt: skip
    text = io.StringIO(newline="")
    csv.writer(text).writerows([headers, *rows])
    path.write_bytes(text.getvalue().encode(encoding))
    return path


def take(path: Path, **arguments: object) -> Receipt:
    values: dict[str, object] = {
        "actor": system_actor(), "at": AT, "model": NO_MODEL, "home": HOME,
    } | arguments  # fmt: skip
    return import_appeals(path=path, **values)  # type: ignore[arg-type]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk"])
def test_a_file_goes_in_as_it_is_and_the_same_again_changes_nothing(
    province: Province, tmp_path: Path, encoding: str
) -> None:
    path = write(tmp_path / "appeals.csv", ROWS, encoding=encoding)
    receipt = take(path)
    assert (receipt.delivered, receipt.accepted, receipt.known, receipt.rejected) == (3, 3, 0, 0)
    assert receipt.unresolved == 1
    before = list(Appeal.objects.order_by("pk").values())
    again = take(path)
    assert (again.delivered, again.accepted, again.known) == (3, 3, 3)
    assert list(Appeal.objects.order_by("pk").values()) == before
    assert [kept.known for kept in imports()] == [3, 0]
    first, _, third = Appeal.objects.order_by("source_number")
    assert first.caller_key == third.caller_key != ""
    assert (first.filed_at.isoformat(), first.likes) == ("2026-11-01T00:03:12+00:00", 3)
    assert (first.kind, first.channel) == ("help", "import")
    assert first.case.opened_at == first.filed_at
    assert first.case.due_at is not None
    assert first.case.due_at == first.filed_at + timedelta(hours=24)  # since it was filed


def test_what_has_no_place_waits_for_the_dispatcher_of_the_province(
    province: Province, tmp_path: Path
) -> None:
    take(write(tmp_path / "appeals.csv", ROWS))
    queue = worklist(province.dispatcher, at=AT, box="organisation").rows
    assert {case.division_code for case in queue} == {"350000", "350102"}


def test_sure_ones_go_to_the_office_charged(province: Province, tmp_path: Path) -> None:
    receipt = take(write(tmp_path / "appeals.csv", ROWS), model=make_model(tmp_path))
    assert receipt.dispatched == 2
    sent = Appeal.objects.filter(unit=province.water)
    assert {appeal.case.state for appeal in sent} == {"dispatched"}
    assert worklist(province.handler, at=AT).rows == sorted(
        (appeal.case for appeal in sent), key=lambda case: case.pk
    )


def test_every_row_is_accepted_or_rejected_with_a_reason(
    province: Province, tmp_path: Path
) -> None:
    take(write(tmp_path / "first.csv", ROWS))
    rows = [
        *ROWS,
        ("1", "A09", "别的", "2026/11/1 8:03:12", "编号重复，内容不同", "0", "0"),
        ("4", "A03", "没时间", "yesterday", "时间写错了", "0", "0"),
        ("5", "A03", "空的", "2026/11/1 8:00", " ", "0", "0"),
        ("6", "A03", "少了列"),
        ("7", "A03", "坏数", "2026/11/1 8:00", "点赞不是数", "0", "many"),
    ]
    receipt = take(write(tmp_path / "second.csv", rows))
    assert (receipt.delivered, receipt.accepted, receipt.known, receipt.rejected) == (8, 3, 3, 5)
    assert [(row, name) for row, name, _ in receipt.problems] == [
        (5, "number"), (6, "filed_at"), (7, "text"), (8, "row"), (9, "likes"),
    ]  # fmt: skip
    kept = imports()[0].rejected_rows.all()
    assert [str(rejected) for rejected in kept][3] == "row 8, row: it has 3 cells under 7 headers"
    assert "点赞不是数" not in " ".join(map(str, kept))


def test_a_mapping_names_columns_that_headers_do_not_tell(
    province: Province, tmp_path: Path
) -> None:
    headers = ("when", "what", "where", "county")
    rows = [
        ("2026-11-01", "楼道灯坏了", "建设路", "350102"),
        ("2026-11-01", "井盖松动", "", "999999"),
        ("2026-11-01", "楼道灯坏了", "建设路", "350102"),  # the same content twice in one file
    ]
    path = write(tmp_path / "other.csv", rows, headers=headers)
    with pytest.raises(errors.MappingIncomplete, match="is mapped to text"):
        take(path)
    mapping = {"text": "what", "filed_at": "when", "place": "where", "division": "county"}
    receipt = take(path, mapping=mapping)
    assert (receipt.accepted, receipt.known, receipt.rejected) == (2, 1, 1)
    assert [(row, str(why)) for row, _, why in receipt.problems] == [
        (3, "there is no division 999999 here")
    ]
    assert take(path, mapping=mapping).known == 2
    with pytest.raises(errors.ColumnUnknown, match="has no column nothing"):
        take(path, mapping={"text": "nothing"})
    with pytest.raises(errors.MappingUnknown, match="no field colour"):
        take(path, mapping={"colour": "what"})
    assert take(path, mapping=mapping, source="another system").known == 1


@pytest.mark.parametrize(
    ("content", "problem"),
    [(b"", "it is empty"), (b"\xff\xfe\x00", "neither UTF-8 nor GBK")],
)
def test_an_unreadable_file_is_one_sentence(
    province: Province, tmp_path: Path, content: bytes, problem: str
) -> None:
    path = tmp_path / "bad.csv"
    path.write_bytes(content)
    with pytest.raises(errors.FileUnreadable, match=problem):
        take(path)
    with pytest.raises(errors.FileUnreadable, match="No such file"):
        take(tmp_path / "none.csv")
    assert not Appeal.objects.exists()


def test_only_who_may_takes_files_in(province: Province, tmp_path: Path) -> None:
    path = write(tmp_path / "appeals.csv", ROWS)
    with pytest.raises(NotAllowed):
        take(path, actor=province.handler)
    assert take(path, actor=province.dispatcher).accepted == 3


def test_many_rows_are_taken_in_batches(province: Province, tmp_path: Path) -> None:
    rows = [
        (str(n), "A01", "水", "2026/11/1 8:00", f"临江县第{n}号水表坏了", "0", "0")
        for n in range(1, 121)
    ]
    assert take(write(tmp_path / "many.csv", rows)).accepted == 120
    numbers = set(Appeal.objects.values_list("case__number", flat=True))
    assert len(numbers) == 120
    assert all(appeal.case.events.count() == 1 for appeal in Appeal.objects.all()[:3])


def test_classes_are_learnt_from_a_labelled_file(province: Province, tmp_path: Path) -> None:
    rows = [("标题", text, label) for text, label in labelled()]
    path = write(tmp_path / "labelled.csv", rows, headers=("留言主题", "留言详情", "一级标签"))
    model = tmp_path / "files" / "appeals.npz"
    with pytest.raises(errors.NotTrained):
        check_trained(model)
    learnt = train_categories(path=path, model=model, actor=system_actor(), home=HOME)
    assert learnt.classes == {"供水": 80, "噪音": 80, "教育": 80}
    assert learnt.quality.accuracy > 0.9
    assert check_trained(model).labels == tuple(sorted(learnt.classes))
    assert Category.objects.count() == 3
    assert (learnt.lost, learnt.without_duty) == ((), ("噪音",))
    before = model.read_bytes()
    fewer = write(
        tmp_path / "fewer.csv",
        [row for row in rows if row[2] != "教育"],
        headers=("留言主题", "留言详情", "一级标签"),
    )
    again = train_categories(path=fewer, model=model, actor=system_actor(), home=HOME)
    assert (again.lost, again.without_duty) == (("教育",), ("噪音",))
    assert before_of(model).read_bytes() == before
    unlabelled = write(tmp_path / "bare.csv", [("x",)], headers=("text",))
    with pytest.raises(errors.MappingIncomplete, match="mapped to category"):
        train_categories(path=unlabelled, model=model, actor=system_actor(), home=HOME)
    with pytest.raises(errors.ColumnUnknown):
        train_categories(
            path=path, model=model, actor=system_actor(), home=HOME, mapping={"text": "?"}
        )


def test_tiers_and_rates_are_configured_from_a_file(province: Province, tmp_path: Path) -> None:
    path = tmp_path / "hotline.toml"
    path.write_text(
        """
source = "本省 12345 工作规范"
[[tiers]]
code = "general"
dispatch_within = "1wd"
feedback_within = "5wd"
[[tiers]]
code = "emergency"
dispatch_within = "1h"
feedback_within = "2h"
words = ["漏电"]
[rates]
partly_counts = 0.5
weights = [0.3, 0.4, 0.3]
""",
        encoding="utf-8",
    )
    found = configure(path=path, actor=system_actor(), home=HOME, at=AT)
    assert found == configuration()
    assert (found.source, found.rates.partly_counts) == ("本省 12345 工作规范", 0.5)
    assert [str(tier.feedback_within) for tier in found.tiers] == ["5wd", "2h"]
    for wrong in ('tiers = "none"', "[rates]\nweights = [1, 1, 1]", "=", '[[tiers]]\ncode = "x"'):
        path.write_text(wrong, encoding="utf-8")
        with pytest.raises(errors.ConfigurationInvalid, match=r"hotline\.toml"):
            configure(path=path, actor=system_actor(), home=HOME, at=AT)
    assert configuration() == found
    assert assign_duties(duties={"供水": "water"}, actor=system_actor(), home=HOME) == 0


HANDLED = (
    *HEADERS,
    "派单时间",
    "答复时间",
    "答复意见",
    "回访时间",
    "是否联系",
    "是否解决",
    "是否满意",
)
OLD = ("2026/11/1 8:00:00", "2026/11/1 9:00:00")


def handled(number: str, *cells: str, filed: str = OLD[0]) -> tuple[str, ...]:
    text = "临江县城里自来水水管一直没人管"
    return (number, "A01", "水", filed, text, "0", "0", *cells, *[""] * (7 - len(cells)))


def test_what_came_with_an_answer_is_closed_and_counted_where_it_was_given(
    province: Province, tmp_path: Path
) -> None:
    rows = [
        handled(
            "1", OLD[1], "2026/11/1 18:00:00", "已修好", "2026/11/3 8:00", "是", "已解决", "满意"
        ),
        handled("2", OLD[1], "2026/11/9 18:00:00", "已更换"),  # within a day was asked
        handled("3", OLD[1]),
        handled("4", filed="2026-11-23 08:00:00"),
    ]
    receipt = take(write(tmp_path / "a.csv", rows, headers=HANDLED), model=make_model(tmp_path))
    assert (receipt.accepted, receipt.settled, receipt.dispatched) == (4, 2, 2)
    assert (receipt.to_territory, receipt.to_person, receipt.late) == (0, 0, 1)
    good, slow, late, fresh = Appeal.objects.order_by("source_number").select_related("case")
    assert (good.case.state, good.answer_in_time, slow.answer_in_time) == ("closed", True, False)
    assert good.case.closed_at == good.answered_at == datetime(2026, 11, 1, 10, tzinfo=UTC)
    assert [answer.text for answer in good.answers.all()] == ["已修好"]
    assert [line.kind for line in good.case.events.all()] == ["opened", "moved"]
    assert (good.dispatch_basis, good.dispatch_in_time, good.unit) == (
        "elsewhere", True, province.water,
    )  # fmt: skip
    assert (late.case.state, late.dispatch_basis, late.dispatch_in_time) == (
        "dispatched", "class", True,
    )  # fmt: skip
    assert late.case.due_at == late.filed_at + timedelta(hours=24)
    assert (str(late.late_on), fresh.late_on) == ("2026-11-02", None)
    assert three_rates(since=AT - timedelta(days=90), until=AT).solved.share == 1.0
    assert check_rollups() == []


def test_old_matters_are_late_in_the_lists_but_nobody_is_told_of_each(
    province: Province, tmp_path: Path
) -> None:
    path = write(tmp_path / "old.csv", [handled(str(n)) for n in range(60)], headers=HANDLED)
    assert take(path).late == 60
    assert worklist(province.dispatcher, at=AT, box="late", limit=99).rows != []
    assert supervision_counts(at=AT).late == 60
    assert supervise_cases(at=AT).late == 0
    assert metric_value(code=LATE, division_code=HOME).value == 60


def test_an_archive_is_closed_as_it_comes(province: Province, tmp_path: Path) -> None:
    path = write(tmp_path / "old.csv", [handled("1"), handled("2")], headers=HANDLED)
    receipt = take(path, is_archive=True)
    assert (receipt.settled, receipt.late, receipt.to_person) == (2, 0, 0)
    assert {appeal.case.state for appeal in Appeal.objects.select_related("case")} == {"closed"}
    assert supervision_counts(at=AT).late == 0
    assert imports()[0].is_archive
    assert check_rollups() == []
    assert take(path, is_archive=True).known == 2


@pytest.mark.parametrize(
    ("headers", "row", "said"),
    [
        (HEADERS, ("1", "A", "t", "2026/13/1", "x", "0", "0"), "filed_at: “2026/13/1” is"),
        (HEADERS, ("1", "A", "t", "2026-11-01", "x"), "row: it has 5 cells under 7 headers"),
        ((*HEADERS, "区划代码"), ("1", "A", "t", "2026-11-01", "x", "0", "0", "999999"),
         "division: there is no division 999999 here"),
        (HANDLED, handled("1", "", "2026-10-01"), "answered_at: “2026-10-01” is before"),
    ],
)  # fmt: skip
def test_a_wrong_row_is_one_sentence_and_loses_nothing(
    province: Province, tmp_path: Path, headers: tuple[str, ...], row: tuple[str, ...], said: str
) -> None:
    good = ("9", "A", "t", "2026-11-01 08:03:12", "临江县水表坏了", "0", "0")
    take(write(tmp_path / "before.csv", [("8", *good[1:])]))
    rows = [row, (*good, *[""] * (len(headers) - len(good)))]
    receipt = take(write(tmp_path / "bad.csv", rows, headers=headers))
    assert (receipt.accepted, receipt.rejected) == (1, 1)
    number, name, why = receipt.problems[0]
    assert number == 2
    assert f"{name}: {why}".startswith(said)
    assert set(Appeal.objects.values_list("source_number", flat=True)) == {"8", "9"}


def test_a_file_that_cannot_be_taken_loses_nothing_either(
    province: Province, tmp_path: Path
) -> None:
    take(write(tmp_path / "good.csv", ROWS))
    wrong = tmp_path / "wrong.csv"
    wrong.write_bytes("留言时间,留言详情\n2026-11-01,水".encode("utf-16"))
    with pytest.raises(errors.FileUnreadable, match="neither UTF-8 nor GBK"):
        take(wrong)
    with pytest.raises(errors.MappingIncomplete, match="mapped to filed_at"):
        take(write(tmp_path / "bare.csv", [("1", "水")], headers=("编号", "内容")))
    assert Appeal.objects.count() == 3
    assert check_rollups() == []


KILLED = """
import os, sys
import django
django.setup()
from datetime import UTC, datetime
from pathlib import Path
from yitang.ground.organisations.api import system_actor
from yitang.public.hotline.actions import imports
imports.BATCH = 20
real = imports.insert_rows
def slow(model, rows):
    real(model, rows)
    if model.__name__ == "Appeal":
        print("batch", flush=True)
        import time; time.sleep(0.2)
imports.insert_rows = slow
imports.import_appeals(
    path=Path(sys.argv[1]), actor=system_actor(), at=datetime(2026, 11, 23, 1, tzinfo=UTC),
    model=Path("none"), home="350000",
)
"""


@pytest.mark.django_db(transaction=True)
def test_an_import_killed_in_the_middle_is_simply_delivered_again(tmp_path: Path) -> None:
    make_province()
    rows = [
        (str(n), "A", "t", "2026-11-01", f"临江县第{n}号水表坏了", "0", "0") for n in range(200)
    ]
    path = write(tmp_path / "many.csv", rows)
    name = connection.settings_dict["NAME"]
    url = (
        f"sqlite:///{name}"
        if connection.vendor == "sqlite"
        else urlsplit(settings().database_url)._replace(path=f"/{name}").geturl()
    )
    environment = os.environ | {
        "YITANG_DATABASE_URL": url,
        "YITANG_HOME": str(tmp_path),
        "DJANGO_SETTINGS_MODULE": "yitang.site.config.settings",
    }
    with subprocess.Popen(  # noqa: S603  (our own interpreter)
        [sys.executable, "-c", KILLED, str(path)], env=environment, stdout=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        for _ in range(4):  # the fourth batch is written and not committed
            assert process.stdout.readline() == b"batch\n"
        process.send_signal(signal.SIGKILL)
        assert process.wait() == -signal.SIGKILL
    kept = Appeal.objects.count()
    assert 60 <= kept < 200
    assert check_rollups() == []
    receipt = take(path)
    assert (receipt.accepted, receipt.known) == (200, kept)
    assert sorted(map(int, Appeal.objects.values_list("source_number", flat=True))) == [*range(200)]
    assert check_rollups() == []
