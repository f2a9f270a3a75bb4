"""The JSON interface: ``/api/v1``, errors as RFC 9457 problems, one router per room."""

from __future__ import annotations

import json
from typing import Any

from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from ninja import NinjaAPI, Swagger
from ninja.errors import AuthenticationError, HttpError, ValidationError
from ninja.openapi.schema import OpenAPISchema
from ninja.types import DictStrAny

from yitang import __version__
from yitang.ground.base.errors import DomainError
from yitang.ground.organisations.errors import SignInNeeded
from yitang.ground.plumbing.rules import fault_of_machine

from .description import described
from .intake import OneObject, known_names_only
from .problems import BodyUnreadable, field_problem, problem_response


class Description(Swagger):
    """Its files come from here, not from a network; for that Ninja itself would have to be an
    app, and so be loaded by every command."""

    def render_page(self, request: HttpRequest, api: NinjaAPI, **kwargs: Any) -> HttpResponse:
        shown = self.settings | {"url": self.get_openapi_url(api, kwargs)}
        return render(request, self.template, {"api": api, "swagger_settings": json.dumps(shown)})


class Interface(NinjaAPI):
    """Writes down once what it offers, which takes half a second and never changes."""

    def __init__(self) -> None:
        super().__init__(
            title="Yitang",
            version=__version__,
            urls_namespace="api",
            docs=Description(),
            parser=OneObject(),
        )
        self._written: dict[str, OpenAPISchema] = {}

    def get_openapi_schema(
        self, *, path_prefix: str | None = None, path_params: DictStrAny | None = None
    ) -> OpenAPISchema:
        key = repr((path_prefix, path_params))
        if key not in self._written:
            self._written[key] = super().get_openapi_schema(
                path_prefix=path_prefix, path_params=path_params
            )
            described(self._written[key])
        return self._written[key]


api = Interface()
api.add_decorator(known_names_only, mode="view")


@api.exception_handler(DomainError)
def refuse(request: HttpRequest, error: DomainError) -> HttpResponse:
    """The one handler of ``DomainError`` on the JSON interface."""
    return problem_response(request, error)


@api.exception_handler(ValidationError)
def refuse_a_field(request: HttpRequest, error: ValidationError) -> HttpResponse:
    """The first wrong value in a sentence, and where all of them stand."""
    return problem_response(request, field_problem(error), places=error.errors)


@api.exception_handler(AuthenticationError)
def ask_to_sign_in(request: HttpRequest, error: AuthenticationError) -> HttpResponse:
    return problem_response(request, SignInNeeded())


@api.exception_handler(HttpError)
def refuse_a_body(request: HttpRequest, error: HttpError) -> HttpResponse:
    """Ninja's own refusals: a body that is no JSON; others pass as ``problems_middleware`` says."""
    if error.status_code == 400:
        return problem_response(request, BodyUnreadable())
    return HttpResponse(status=error.status_code)


@api.exception_handler(OSError)
@api.exception_handler(OperationalError)
def refuse_for_the_machine(request: HttpRequest, error: Exception) -> HttpResponse:
    """A full disk or a silent database in words; any other fault is ours and is left to crash."""
    said = fault_of_machine(error)
    if said is None:
        raise error
    return problem_response(request, said)


api.add_router("/session", "yitang.site.endpoints.session.router")
# One line a room, in the order of the floors.
api.add_router("/catalogue", "yitang.site.endpoints.catalogue.router")
api.add_router("/catalogue/imports", "yitang.site.endpoints.catalogue_import.router")
api.add_router("/catalogue/systems", "yitang.site.endpoints.systems.router")
api.add_router("/collection", "yitang.site.endpoints.collection.router")
api.add_router("/collection/columns", "yitang.site.endpoints.drifts.router")
api.add_router("/collection/sources", "yitang.site.endpoints.sources.router")
api.add_router("/collection/rules", "yitang.site.endpoints.quality.router")
api.add_router("/overlaps", "yitang.site.endpoints.overlaps.router")
api.add_router("/fusion", "yitang.site.endpoints.fusion.router")
api.add_router("/ledger", "yitang.site.endpoints.ledger.router")
api.add_router("/exchange", "yitang.site.endpoints.exchange.router")
api.add_router("/services", "yitang.site.endpoints.services.router")
api.add_router("/cases", "yitang.site.endpoints.casework.router")
api.add_router("/appeals", "yitang.site.endpoints.hotline_calls.router")  # before {public_id}
api.add_router("/appeals", "yitang.site.endpoints.hotline.router")
api.add_router("/insight", "yitang.site.endpoints.insight.router")
api.add_router("/economy", "yitang.site.endpoints.economy.router")
api.add_router("/", "yitang.site.endpoints.organisations.router")
api.add_router("/halls", "yitang.site.endpoints.halls.router")
