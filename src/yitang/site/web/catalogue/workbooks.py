"""The catalogue as a workbook in the browser: the empty template, one's own entries, bad cells."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext

from yitang.data.catalogue import api as catalogue
from yitang.data.catalogue.errors import NoWorkbook
from yitang.ground.plumbing.api import translated
from yitang.site.web.shell.entrance import officers_only, signed_in

from .system_files import as_file


@officers_only
def template(request: HttpRequest) -> HttpResponse:
    """An empty workbook with its lists to choose from."""
    catalogue.check_can_import(signed_in(request))
    return as_file(catalogue.workbook_of([]), f"{gettext('Catalogue entries')}.xlsx")


@officers_only
def own(request: HttpRequest) -> HttpResponse:
    """The entries of one's departments as a workbook: mended there, it is handed in again."""
    user = signed_in(request)
    catalogue.check_can_import(user)
    specs = [entry.spec for entry in catalogue.own_entries(user)]
    return as_file(catalogue.workbook_of(specs), f"{gettext('Catalogue entries')}.xlsx")


@officers_only
def marked(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """A held workbook with its bad cells marked."""
    user = signed_in(request)
    held = catalogue.held_dump_for(user, public_id)
    content = catalogue.content_of(held)
    plan = catalogue.plan_import(
        content=content, file=held.file_name, actor=user, answers=held.answers
    )
    if plan.workbook is None:
        raise NoWorkbook(file=held.file_name)
    name = f"{held.file_name.rpartition('.')[0]}-{gettext('marked')}.xlsx"
    return as_file(catalogue.marked_entries(content, plan.workbook.faults, say=translated), name)
