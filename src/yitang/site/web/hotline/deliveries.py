"""Files of appeals, dropped in by the dispatcher: what was taken, what was not and why."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from yitang.ground.organisations.api import User, check_can
from yitang.ground.plumbing.api import now, settings
from yitang.public.hotline.api import Receipt, import_appeals, imports
from yitang.site.web.shell.entrance import officers_only, signed_in

SHOWN_PROBLEMS = 100


class DeliveryForm(forms.Form):
    """Any CSV: its headers tell what its columns mean."""

    file = forms.FileField(
        label=gettext_lazy("CSV file"),
        help_text=gettext_lazy(
            "UTF-8 or GBK, with a line of headers such as 诉求内容 and 受理时间."
            " Delivered twice, it is taken once."
        ),
    )
    source = forms.CharField(
        label=gettext_lazy("Which system is it from?"), required=False, max_length=60
    )
    is_archive = forms.BooleanField(
        label=gettext_lazy("It is an archive: close each matter as it comes, remind nobody"),
        required=False,
    )


@require_http_methods(["GET", "POST"])
@officers_only
def deliver(request: HttpRequest) -> HttpResponse:
    """Take a file in and show its receipt: accepted + rejected = delivered."""
    user = signed_in(request)
    check_can(user, "hotline.import")
    if request.method == "GET":
        return _page(request, DeliveryForm())
    form = DeliveryForm(request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, form, status=422)
    receipt = taken(
        form.cleaned_data["file"],
        form.cleaned_data["source"],
        user,
        is_archive=form.cleaned_data["is_archive"],
    )
    return _page(request, DeliveryForm(), receipt=receipt)


def taken(
    file: UploadedFile[bytes], source: str, user: User, *, is_archive: bool = False
) -> Receipt:
    """The receipt of an uploaded file, which is kept no longer than it is read."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / Path(file.name or "appeals.csv").name
        with path.open("wb") as copy:
            for chunk in file.chunks():
                copy.write(chunk)
        return import_appeals(
            path=path,
            actor=user,
            at=now(),
            model=settings().files / "appeals.npz",
            home=settings().division,
            source=source,
            is_archive=is_archive,
        )


def _page(
    request: HttpRequest, form: DeliveryForm, *, receipt: Receipt | None = None, status: int = 200
) -> HttpResponse:
    context = {
        "form": form,
        "receipt": receipt,
        "problems": receipt.problems[:SHOWN_PROBLEMS] if receipt else (),
        "columns": receipt.mapping.items() if receipt else (),
        "imports": imports(limit=10),
    }
    return render(request, "hotline/deliver.html", context, status=status)
