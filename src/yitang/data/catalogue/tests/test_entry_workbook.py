"""The template, filled in: every entry taken, or its bad cells named and marked; then moved on."""

from __future__ import annotations

from dataclasses import replace
from io import BytesIO

import pytest
from openpyxl import load_workbook

from yitang.data.catalogue.api import (
    Taken,
    dataset,
    import_catalogue,
    import_for,
    imports_of,
    marked_entries,
    move_imported,
    next_moves,
    plan_import,
    records_of,
    workbook_of,
)
from yitang.data.catalogue.connectors import read_entry_workbook
from yitang.data.catalogue.errors import CatalogueFileInvalid, ImportUnknown, MoveUnknown
from yitang.ground.base.errors import NotAllowed
from yitang.ground.organisations.api import User
from yitang.ground.organisations.tests.factories import make_officer, make_organisation

from .factories import AT, make_complete_spec

pytestmark = pytest.mark.django_db
SPECS = [make_complete_spec("lamps", name="路灯"), make_complete_spec("bridges", name="桥梁")]


def filled(*, owner: str, **cells: str | int | None) -> bytes:
    """Two entries of ``owner``; ``目录_J2="x"`` writes into a cell."""
    book = load_workbook(BytesIO(workbook_of([replace(s, organisation=owner) for s in SPECS])))
    for place, value in cells.items():
        sheet, _, cell = place.partition("_")
        book[sheet][cell] = value
    content = BytesIO()
    book.save(content)
    return content.getvalue()


def take(content: bytes, actor: User) -> Taken:
    return import_catalogue(content=content, file="目录.xlsx", actor=actor, at=AT)


def test_a_filled_template_becomes_drafts_and_changes_nothing_the_second_time() -> None:
    office = make_organisation()
    officer = make_officer("data_officer", organisation=office)
    content = filled(owner=office.credit_code)
    plan = plan_import(content=content, file="目录.xlsx", actor=officer)
    assert (plan.kind, plan.delivered, plan.rejected, plan.questions) == ("workbook", 2, 0, ())
    taken = take(content, officer)
    assert (taken.run.created, taken.run.rejected) == (2, 0)
    assert dataset("lamps").spec.items == SPECS[0].items
    assert take(content, officer).repeated
    renamed = take(filled(owner=office.name, 目录_C2="路灯杆"), officer).run
    assert (renamed.created, renamed.changed, renamed.accepted) == (0, 1, 2)
    assert dataset("lamps").name == "路灯杆"


def test_a_flag_left_empty_says_no() -> None:
    office = make_organisation()
    officer = make_officer("data_officer", organisation=office)
    content = filled(owner=office.credit_code, 目录_W2=None, 数据项_G2=None)
    assert plan_import(content=content, file="目录.xlsx", actor=officer).rejected == 0


@pytest.mark.parametrize(
    ("cells", "sheet", "row", "heading", "said"),
    [
        ({"目录_J2": "随便共享"}, "目录", 2, "共享类型", "随便共享 is none of"),
        ({"目录_S3": "四级"}, "目录", 3, "数据分级", "四级 is not a whole number"),
        ({"目录_J2": None}, "目录", 2, "共享类型", "it is empty; fill in one of"),
        ({"目录_S3": None}, "目录", 3, "数据分级", "it is empty; fill in a whole number"),
        ({"目录_A2": "路 灯"}, "目录", 2, "目录编号", "small letters, digits"),
        ({"目录_K2": None}, "目录", 2, "共享条件", "must state who may use"),
        ({"数据项_C3": "Straße"}, "数据项", 3, "字段名", "small letters, digits and underscores"),
        ({"数据项_D2": "字节"}, "数据项", 2, "数据类型", "字节 is none of"),
        ({"数据项_A2": "nowhere"}, "数据项", 2, "目录编号", "no row of the sheet 目录"),
        ({"目录_A3": "lamps"}, "目录", 3, "目录编号", "stands on another row too"),
    ],
)
def test_a_bad_cell_is_named_marked_and_keeps_only_its_own_entry_out(
    cells: dict[str, str | None], sheet: str, row: int, heading: str, said: str
) -> None:
    office = make_organisation()
    officer = make_officer("data_officer", organisation=office)
    content = filled(owner=office.credit_code, **cells)
    book = read_entry_workbook(content, file="目录.xlsx")
    assert book is not None
    fault = next(f for f in book.faults if (f.sheet, f.row, f.heading) == (sheet, row, heading))
    assert said in str(fault.problem)
    marked = load_workbook(BytesIO(marked_entries(content, book.faults)))[sheet]
    column = next(cell.column for cell in marked[1] if cell.value == heading)
    comment = marked.cell(row, column).comment
    assert comment is not None
    assert said in comment.text
    run = take(content, officer).run
    assert run.delivered == run.accepted + run.rejected
    assert run.rejected >= 1
    if not any(place.endswith(("A2", "A3")) for place in cells):
        assert run.accepted == 1
    (first, *_) = records_of(officer, run, outcome="rejected")
    assert str(first.reason), "the reason is kept"


def test_a_sheet_without_its_columns_is_refused_and_other_workbooks_are_no_template() -> None:
    content = filled(owner="x", 目录_A1="编号")
    with pytest.raises(CatalogueFileInvalid, match="lacks the columns 目录编号"):
        read_entry_workbook(content, file="目录.xlsx")
    assert read_entry_workbook(b"PK\x03\x04 broken", file="x.xlsx") is None


def test_all_entries_of_a_file_go_on_together_and_what_lacks_something_stays() -> None:
    office = make_organisation("350102", name="城建档案馆")
    officer = make_officer("data_officer", organisation=office)
    head = make_officer("sharing_head", organisation=office)
    authority = make_officer(
        "sharing_head", organisation=make_organisation("350100", duties=("data",))
    )
    run = take(filled(owner=office.name, 目录_H3=None), officer).run  # no type of its format
    assert {verb: len(rows) for verb, rows in next_moves(officer, run).items()} == {"propose": 2}
    assert next_moves(authority, run) == {}
    bare = move_imported(run=run, verb="propose", actor=officer, at=AT)
    assert (bare.moved, len(bare.left)) == (0, 2)
    done = move_imported(
        run=run, verb="propose", actor=officer, at=AT,
        secrecy_risk="不涉密", privacy_impact="影响小",
    )  # fmt: skip
    assert done.moved == 1
    ((draft, reason),) = done.left
    assert draft.dataset.code == "bridges"
    assert "the type within the data format" in str(reason)
    with pytest.raises(MoveUnknown):
        move_imported(run=run, verb="vanish", actor=officer, at=AT)
    assert move_imported(run=run, verb="publish", actor=head, at=AT).moved == 0
    assert run in imports_of(head)
    assert move_imported(run=run, verb="consent", actor=head, at=AT).moved == 1
    assert run in imports_of(authority)
    assert move_imported(run=run, verb="publish", actor=authority, at=AT).moved == 1
    assert (dataset("lamps").state, dataset("bridges").state) == ("published", "draft")
    stranger = make_officer("data_officer", organisation=make_organisation("350203"))
    with pytest.raises(ImportUnknown):
        import_for(stranger, run.public_id)


def test_the_authority_takes_a_file_in_for_the_departments_of_its_division() -> None:
    office = make_organisation("350102", name="城建档案馆")
    outside = make_organisation("350203", name="别处的局")
    authority = make_officer(
        "sharing_head", organisation=make_organisation("350100", duties=("data",))
    )
    run = take(filled(owner=office.name, 目录_E3=outside.name), authority).run
    assert (run.created, run.rejected) == (1, 1)
    assert dataset("lamps").organisation == office
    assert next_moves(authority, run) == {}, "the department proposes, its head consents"
    officer = make_officer("data_officer", organisation=office)
    assert [r.dataset.code for r in records_of(officer, run) if r.dataset] == ["lamps"]
    assert list(next_moves(officer, run)) == ["propose"]
    take(filled(owner=office.name, 目录_C2="路灯杆", 目录_E3=outside.name), authority)
    assert dataset("lamps").name == "路灯杆"
    plain = make_officer("sharing_head", organisation=make_organisation(duties=("roads",)))
    with pytest.raises(NotAllowed):
        take(filled(owner=office.name), plain)
