from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from pathlib import Path

import pytest

from yitang.ground.base.errors import NotAllowed
from yitang.ground.casework.api import worklist
from yitang.ground.organisations.api import system_actor
from yitang.public.hotline import errors
from yitang.public.hotline.actions import assign_duties, configure, import_appeals, train_categories
from yitang.public.hotline.models import Appeal, Category
from yitang.public.hotline.queries import check_trained, configuration, imports
from yitang.public.hotline.rules import Receipt

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
    assert first.case.due_at > AT  # its clock began when it came here


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
