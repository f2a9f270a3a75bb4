"""What the OpenAPI file says of every operation: refusals, tokens, keys against repetition."""

from __future__ import annotations

from typing import Any

from .replays import LONGEST_KEY, OF_THEIR_OWN, SHORTEST_OPEN_KEY

ABOUT = """The same rules, rights and ledger entries as the pages.

Begin with `GET /api/v1/session`: it gives a token and a cookie. `POST /api/v1/session` signs in
with user name, password and, for officers, a code; send the token it answers as `X-CSRFToken` with
every further POST, and keep the cookies. Filing and following an appeal, the catalogue, items and
divisions need no account.

A refusal is `application/problem+json` (RFC 9457) with a stable `code` and a sentence. Fields that
are not described are refused by their name. A POST with an `Idempotency-Key` that came before with
the same body is answered again and not carried out again, for a day."""

PROBLEM: dict[str, Any] = {
    "title": "Problem",
    "type": "object",
    "required": ["type", "title", "status", "detail", "code"],
    "properties": {
        "type": {"type": "string", "description": "urn:yitang:error: and the code"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string", "description": "A sentence for people"},
        "code": {"type": "string", "description": "Stable; all are in docs/reference/errors.md"},
        "errors": {
            "type": "array",
            "items": {"type": "string"},
            "description": "Where wrong values stand, such as body.text",
        },
    },
}
REFUSED = {
    "description": "Refused, with the reason",
    "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
}
KEY: dict[str, Any] = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "schema": {"type": "string", "maxLength": LONGEST_KEY},
    "description": "Such as a random UUID; without signing in at least "
    f"{SHORTEST_OPEN_KEY} characters",
}
TOKEN: dict[str, Any] = {
    "name": "X-CSRFToken",
    "in": "header",
    "required": True,
    "schema": {"type": "string"},
    "description": "csrf_token of GET or POST /api/v1/session",
}


def described(schema: dict[str, Any]) -> dict[str, Any]:
    """``schema`` as Ninja writes it, with what holds for every operation; changed in place."""
    schema["info"]["description"] = ABOUT
    schema["components"].setdefault("schemas", {})["Problem"] = PROBLEM
    for path, operations in schema["paths"].items():
        for method, operation in operations.items():
            answers = {str(status): one for status, one in operation["responses"].items()}
            operation["responses"] = answers | {"default": REFUSED}
            asked = operation.setdefault("parameters", [])
            if method == "post" and not OF_THEIR_OWN.fullmatch(path):
                asked.append(KEY)
            if method not in {"get", "head"} and ("security" in operation or "session" in path):
                asked.append(TOKEN)
    return schema
