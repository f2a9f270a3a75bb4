"""Pages that belong to no room: the start page, errors, the switch of language."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def start(request: HttpRequest) -> HttpResponse:
    return render(request, "shell/start.html")
