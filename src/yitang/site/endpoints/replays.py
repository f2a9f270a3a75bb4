"""``Idempotency-Key`` on every POST of the JSON interface: sent twice, carried out once."""

from __future__ import annotations

import re
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from yitang.ground.plumbing.api import answer_once, now
from yitang.ground.plumbing.errors import ReplayDiffers

from .problems import problem_response

LONGEST_KEY = 80

# Carried out each time, key or not: a batch is known by its own digest and commits in steps,
# and whoever is handed personal data again has read it again, with an entry in the ledger.
OF_THEIR_OWN = re.compile(
    r"/api/v1/(collection/.*|fusion/.*|appeals/[^/]+/caller|exchange/grants/[^/]+/reads"
    r"|services/applications/[^/]+/(values|attachments)/[^/]+/opening)/?"
)


def replay_middleware(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Answer a repeated POST under ``/api/`` from what was kept of the first."""

    def middleware(request: HttpRequest) -> HttpResponse:
        key = request.headers.get("Idempotency-Key", "")[:LONGEST_KEY]
        is_ours = request.method == "POST" and request.path.startswith("/api/")
        if not (key and is_ours) or OF_THEIR_OWN.fullmatch(request.path):
            return get_response(request)
        try:
            return answer_once(
                key=key,
                actor=str(getattr(request.user, "public_id", "")),
                route=request.path[:200],
                content=request.body,
                at=now(),
                carry_out=lambda: get_response(request),
            )
        except ReplayDiffers as error:
            return problem_response(request, error)

    return middleware
