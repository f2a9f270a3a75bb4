"""``Idempotency-Key`` on every POST of the JSON interface: sent twice, carried out once."""

from __future__ import annotations

import re
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from yitang.ground.base.errors import DomainError
from yitang.ground.plumbing.api import answer_once, now
from yitang.ground.plumbing.errors import ReplayDiffers

from .problems import problem_response

LONGEST_KEY = 80
# Callers without an account share one pot: only a key nobody else thinks of is one's own there.
SHORTEST_OPEN_KEY = 16

# Carried out each time, key or not: a kept answer signs nobody in; a batch is known by its own
# digest and commits in steps; whoever is handed personal data again has read it again, with an
# entry in the ledger.
OF_THEIR_OWN = re.compile(
    r"/api/v1/(session|collection/.*|fusion/.*|appeals/[^/]+/caller|exchange/grants/[^/]+/reads"
    r"|services/applications/[^/]+/(values|attachments)/[^/]+/opening)/?"
)


class KeyUsedBefore(DomainError):
    code = "site.key_used_before"
    message = (
        "This Idempotency-Key was used with other content. Send new content under a new key, "
        "such as a random UUID."
    )
    http_status = 409


class KeyUnfit(DomainError):
    code = "site.key_unfit"
    message = (
        "The Idempotency-Key is {length} characters long. It has at most {most}, and without "
        "signing in at least {least}, such as a random UUID."
    )
    http_status = 422


def replay_middleware(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Answer a repeated POST under ``/api/`` from what was kept of the first."""

    def middleware(request: HttpRequest) -> HttpResponse:
        key = request.headers.get("Idempotency-Key", "")
        is_ours = request.method == "POST" and request.path.startswith("/api/")
        if not (key and is_ours) or OF_THEIR_OWN.fullmatch(request.path):
            return get_response(request)
        actor = str(getattr(request.user, "public_id", ""))
        least = 1 if actor else SHORTEST_OPEN_KEY
        if not least <= len(key) <= LONGEST_KEY:
            unfit = KeyUnfit(length=len(key), most=LONGEST_KEY, least=SHORTEST_OPEN_KEY)
            return problem_response(request, unfit)
        try:
            return answer_once(
                key=key,
                actor=actor,
                route=request.path[:200],
                content=request.body,
                at=now(),
                carry_out=lambda: get_response(request),
            )
        except ReplayDiffers:
            return problem_response(request, KeyUsedBefore())

    return middleware
