from __future__ import annotations

import json

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from yitang.site.endpoints.replays import replay_middleware


@pytest.mark.django_db
def test_a_post_sent_twice_under_one_key_is_carried_out_once(rf: RequestFactory) -> None:
    done: list[str] = []

    def view(request: HttpRequest) -> HttpResponse:
        done.append(request.path)
        return HttpResponse("made", status=201)

    def send(content: str, **headers: str) -> HttpResponse:
        request = rf.post("/api/v1/x", content, content_type="text/plain", headers=headers)
        request.user = None  # type: ignore[assignment]  # nobody signed in
        return replay_middleware(view)(request)

    key = {"Idempotency-Key": "one"}
    assert [send("a", **key).status_code, send("a", **key).status_code] == [201, 201]
    assert len(done) == 1
    refused = send("b", **key)
    assert refused.status_code == 409
    assert json.loads(refused.content)["code"] == "plumbing.replay_differs"
    send("a")
    send("a")
    assert len(done) == 3
