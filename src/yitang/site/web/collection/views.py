"""Hand data in: drop a file, see what was understood, hand it in for a dataset, get a receipt."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from yitang.data.catalogue.api import DataItem, dataset_for, items_of
from yitang.data.catalogue.rules import ITEM_TYPES, VALUE_RULES
from yitang.data.collection import api as collection
from yitang.data.collection.rules import RejectedRow, masked, problem_message, shown_value
from yitang.ground.base.text import Message
from yitang.ground.organisations.api import User, can, check_can
from yitang.ground.plumbing.api import now, public_key, translated

from .forms import UploadForm
from .words import UNDERSTOOD, WORDS

SHOWN_ROWS = 30
SHOWN_RECEIPTS = 20
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True, slots=True)
class Cell:
    value: str
    said: str  # what is wrong; empty: nothing


@dataclass(frozen=True, slots=True)
class ShownRow:
    number: int
    sheet: str
    cells: list[Cell]
    said: str  # what is wrong with the whole row


@dataclass(frozen=True, slots=True)
class Column:
    """What a column was taken for, and by what."""

    label: str
    taken_for: Message
    reason: str


def start(request: HttpRequest) -> HttpResponse:
    """Drop a file in; below, the latest receipts one may see."""
    check_can(request.user, "collection.try")
    user = _user(request)
    form = UploadForm(request.POST, request.FILES) if request.method == "POST" else UploadForm()
    wanted = request.GET.get("dataset", "")[:60]
    if form.is_valid():
        file: UploadedFile[bytes] = form.cleaned_data["file"]
        kept = collection.inspect_upload(
            name=file.name or "", content=file.read(), actor=user, at=now()
        )
        return redirect("collection:upload", public_id=kept.public_id)
    page = collection.receipts(user, cursor=request.GET.get("cursor", ""), limit=SHOWN_RECEIPTS)
    context = {
        "form": form,
        "page": page,
        "may_see": can(user, "collection.see"),
        "may_hand_in": can(user, "collection.hand_in"),
        "waiting": len(collection.drifts(user)),
        "totals": collection.totals(user),
        "wanted": dataset_for(user, wanted) if wanted else None,
    }
    return render(request, "collection/start.html", context, status=422 if form.is_bound else 200)


def upload(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """What was understood of a dropped file, and what is wrong in it."""
    user = _user(request)
    kept = collection.upload_for(user, public_id, at=now())
    columns = [_column(entry) for entry in kept.columns]
    labels, entries = [column.label for column in columns], collection.own_datasets(user)
    suitable = collection.suitable_datasets(user, labels, entries)
    context = {
        "upload": kept,
        "understood": understood_words(kept.understood),
        "columns": columns,
        "problems": collection.problems_of(kept),
        "rows": [_preview_row(row) for row in collection.preview_of(kept)],
        "datasets": [(one, collection.shrinking_of(one, kept.accepted)) for one in suitable],
        "nearest": None if suitable else collection.nearest_dataset(user, labels, entries),
        "may_hand_in": can(user, "collection.hand_in"),
    }
    return render(request, "collection/upload.html", context)


@require_POST
def hand_in(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Hand the dropped file in for a dataset; the receipt leads back to the marked workbook."""
    user = _user(request)
    kept = collection.upload_for(user, public_id, at=now())
    entry = dataset_for(user, request.POST.get("dataset", "")[:60])
    fewer: collection.Fewer = "take" if request.POST.get("fewer") else "ask"
    with tempfile.TemporaryDirectory(prefix="yitang-") as folder:
        path = Path(folder) / "upload"
        path.write_bytes(collection.content_of(kept))
        given = collection.gather_file(
            dataset=entry, path=path, actor=user, at=now(), name=kept.file_name, fewer=fewer
        )
    address = redirect("collection:receipt", number=given.number)
    address["Location"] += f"?upload={kept.public_id}{'&repeated=1' if given.repeated else ''}"
    return address


def marked(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The dropped workbook with its bad cells marked, as guessed or as its batch was judged."""
    user = _user(request)
    kept = collection.upload_for(user, public_id, at=now())
    number = request.GET.get("batch", "")
    batch = collection.batch_for(user, number) if number else None
    if batch is not None:
        collection.check_can_hand_in(user, batch.dataset)
    content = collection.marked_workbook(kept, batch=batch, say=translated)
    name = f"{Path(kept.file_name).stem}-{gettext('marked')}.xlsx"
    return _workbook(content, name)


def receipt(request: HttpRequest, number: str) -> HttpResponse:
    """A receipt: the three counts, what was wrong, the first rejected rows masked."""
    user = _user(request)
    batch = collection.batch_for(user, number)
    kept = request.GET.get("upload", "")
    context = {
        "batch": batch,
        "receipt": collection.receipt_of(batch, repeated="repeated" in request.GET),
        "understood": understood_words(batch.understood),
        "problems": collection.problems_of(batch),
        "rows": _rejected(batch),
        "mending": collection.mending_of(batch),
        "upload": collection.upload_for(user, kept, at=now()) if kept else None,
        "can_hand_in": collection.can_hand_in(user, batch.dataset),
        "has_before": batch.version is not None
        and collection.has_version_before(user, dataset=batch.dataset, later=batch.version),
        "has_key": any(item.is_key for item in items_of(batch.dataset)),
        "public_key": public_key().hex(),
    }
    return render(request, "collection/receipt.html", context)


def rejected(request: HttpRequest, number: str) -> HttpResponse:
    """The rejected rows as a workbook, for the department that mends them; it is recorded."""
    user = _user(request)
    batch = collection.batch_for(user, number)
    content = collection.take_out_quarantine(batch=batch, actor=user, at=now(), say=translated)
    return _workbook(content, f"{batch.number}.xlsx")


def template(request: HttpRequest, code: str) -> HttpResponse:
    """The empty workbook of a dataset, to be filled in."""
    entry = dataset_for(_user(request), code)
    content = collection.template_workbook(entry, say=translated)
    return _workbook(content, f"{entry.name}.xlsx")


def compare(request: HttpRequest, code: str) -> HttpResponse:
    """What is new, gone and changed in a dataset since the batch before."""
    user = _user(request)
    entry = dataset_for(user, code)
    key, wanted = request.GET.get("key", ""), request.GET.get("version", "")
    later = int(wanted) if wanted.isdecimal() and len(wanted) < 10 else None
    found = collection.compare_versions(user, dataset=entry, key=[key] if key else [], later=later)
    changed = sorted(
        ((found.labels[name], rows) for name, rows in found.changed.items()),
        key=lambda pair: -pair[1],
    )
    examples = [(found.labels[change.item], change) for change in found.examples]
    context = {"entry": entry, "found": found, "changed": changed, "examples": examples}
    return render(request, "collection/compare.html", context)


def _user(request: HttpRequest) -> User:
    check_can(request.user, "collection.try")
    if not isinstance(request.user, User):
        raise TypeError("whoever passes the check is a user")
    return request.user


def _workbook(content: bytes, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type=XLSX)
    response["Content-Disposition"] = content_disposition_header(True, name) or ""
    return response


def understood_words(values: Mapping[str, str]) -> list[tuple[str, str]]:
    return [
        (gettext(UNDERSTOOD[name]), gettext(value) if value in WORDS else value)
        for name, value in values.items()
        if name in UNDERSTOOD
    ]


def _column(entry: Mapping[str, str]) -> Column:
    taken = VALUE_RULES.get(entry["rule"]) or ITEM_TYPES[entry["type"]]
    return Column(entry["label"], taken, entry["reason"])


def _said(faults: Iterable[Mapping[str, object]]) -> str:
    return gettext("; ").join(
        translated(problem_message(str(fault["code"]), _params(fault))) for fault in faults
    )


def _params(fault: Mapping[str, object]) -> Mapping[str, object]:
    params = fault["params"]
    return params if isinstance(params, dict) else {}


def _preview_row(row: Mapping[str, object]) -> ShownRow:
    cells, broken = row["cells"], row["broken"]
    if not (isinstance(cells, list) and isinstance(broken, list)):
        raise TypeError("a preview row has cells")
    return ShownRow(
        number=int(str(row["row"])),
        sheet=str(row["sheet"]),
        cells=[Cell(cell["value"], _said(cell["faults"])) for cell in cells],
        said=_said(broken),
    )


@dataclass(frozen=True, slots=True)
class RejectedCell:
    """A wrong value, masked, beside what is wrong with it."""

    row: int
    label: str
    value: str
    said: str


def _rejected(batch: collection.Batch) -> list[RejectedCell]:
    rules = {item.label: item for item in items_of(batch.dataset)}
    cells: list[RejectedCell] = []
    for row in collection.rejected_rows(batch, limit=SHOWN_ROWS):
        for fault in row.faults:
            item = rules.get(fault.label)
            value = _value(row, fault.column)
            shown = _shown(value, item)
            cells.append(
                RejectedCell(row.row_number, fault.label, shown, translated(fault.message))
            )
    return cells


def _shown(value: str, item: DataItem | None) -> str:
    if item is None:
        return masked(value)
    return shown_value(
        value, heading=item.label, rule=item.rule, role=item.role,
        sensitive=item.is_sensitive,
    )  # fmt: skip


def _value(row: RejectedRow, column: str) -> str:
    return row.values.get(column, "")
