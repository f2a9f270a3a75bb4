"""The register of systems as a file: template, export, upload with its bad cells marked."""

from __future__ import annotations

from uuid import UUID

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext, gettext_lazy
from django.views.decorators.http import require_POST

from yitang.data.catalogue import api as catalogue
from yitang.data.catalogue.rules.system_rows import HEADINGS
from yitang.ground.organisations.api import User, check_can
from yitang.ground.plumbing.api import now, translated
from yitang.site.web.shell.entrance import officers_only, signed_in

from .systems import readers_only, wanted_of

SHOWN = 200
EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class RegisterForm(forms.Form):
    """A register of systems as a file."""

    file = forms.FileField(
        label=gettext_lazy("Excel or CSV file"),
        help_text=gettext_lazy(
            "Your own columns are recognised by their headings. At most 30 MB. It is kept "
            "encrypted for a day, for you alone, then deleted."
        ),
    )


@officers_only
def upload(request: HttpRequest) -> HttpResponse:
    """Upload a register; what would be taken is shown first."""
    user = _keeper(request)
    form = RegisterForm(request.POST, request.FILES) if request.method == "POST" else RegisterForm()
    if form.is_valid():
        file: UploadedFile[bytes] = form.cleaned_data["file"]
        held = catalogue.hold_systems(
            name=file.name or "", content=file.read(), actor=user, at=now()
        )
        return redirect("catalogue:systems_uploaded", public_id=held.public_id)
    status = 422 if form.is_bound else 200
    return render(request, "catalogue/systems_upload.html", {"form": form}, status=status)


@officers_only
def uploaded(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """What would be taken, and what is wrong in which row."""
    user = _keeper(request)
    return _shown(request, public_id, _loaded(user, public_id, look=True), is_taken=False)


@officers_only
@require_POST
def take(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Take the good rows in."""
    user = _keeper(request)
    return _shown(request, public_id, _loaded(user, public_id, look=False), is_taken=True)


@officers_only
def marked(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The uploaded file with its bad cells marked."""
    user = _keeper(request)
    held = catalogue.held_dump_for(user, public_id)
    found = _loaded(user, public_id, look=True)
    content = catalogue.marked_systems(
        catalogue.content_of(held),
        found.read,
        {one.row.number: one.faults for one in found.rejected},
        say=translated,
    )
    return as_file(content, f"{held.file_name.rpartition('.')[0]}-{gettext('marked')}.xlsx")


@officers_only
def template(request: HttpRequest) -> HttpResponse:
    """An empty workbook with its lists to choose from."""
    _keeper(request)
    return as_file(catalogue.systems_workbook([]), f"{gettext('Register of systems')}.xlsx")


@officers_only
def export(request: HttpRequest, form: str) -> HttpResponse:
    """What the list shows, whole, as CSV or a workbook."""
    user = readers_only(request)
    check_can(user, "catalogue.systems_see")
    rows = catalogue.every_system(user, wanted_of(request))
    name = gettext("Register of systems")
    if form == "csv":
        return as_file(catalogue.systems_csv(rows), f"{name}.csv", "text/csv; charset=utf-8")
    if form != "xlsx":
        raise Http404
    return as_file(catalogue.systems_workbook(rows), f"{name}.xlsx")


def _keeper(request: HttpRequest) -> User:
    user = signed_in(request)
    check_can(user, "catalogue.systems_keep")
    return user


def _loaded(user: User, public_id: UUID, *, look: bool) -> catalogue.LoadedSystems:
    held = catalogue.held_dump_for(user, public_id)
    return catalogue.load_systems(
        content=catalogue.content_of(held), file=held.file_name, actor=user, at=now(), look=look
    )


def _shown(
    request: HttpRequest, public_id: UUID, found: catalogue.LoadedSystems, *, is_taken: bool
) -> HttpResponse:
    context = {
        "public_id": public_id,
        "found": found,
        "is_taken": is_taken,
        "created": found.count("created"),
        "changed": found.count("changed"),
        "unchanged": found.count("unchanged"),
        "rejected": [
            (one.row, [(HEADINGS[fault.field], fault.problem) for fault in one.faults])
            for one in found.rejected[:SHOWN]
        ],
        "more": max(0, len(found.rejected) - SHOWN),
        "ignored": "、".join(found.read.headings.ignored),
    }
    return render(request, "catalogue/systems_uploaded.html", context)


def as_file(content: bytes, name: str, kind: str = EXCEL) -> HttpResponse:
    """A download under its name."""
    response = HttpResponse(content, content_type=kind)
    response["Content-Disposition"] = content_disposition_header(True, name) or ""
    return response
