from __future__ import annotations

import errno
import json
from datetime import timedelta

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from yitang.ground.plumbing.api import forget_responses, now
from yitang.site.endpoints.api import refuse_for_the_machine
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

    key = {"Idempotency-Key": "0198c0de-one-of-mine"}
    assert [send("a", **key).status_code, send("a", **key).status_code] == [201, 201]
    assert len(done) == 1
    refused = send("b", **key)
    assert refused.status_code == 409
    assert json.loads(refused.content)["code"] == "site.key_used_before"
    send("a")
    send("a")
    assert len(done) == 3
    for unfit in ("1", "1" * 81):  # another caller's too, or cut to one that another used
        told = json.loads(send("a", **{"Idempotency-Key": unfit}).content)
        assert (told["status"], told["code"]) == (422, "site.key_unfit")


@pytest.mark.django_db
@pytest.mark.parametrize(
    "path",
    [
        "/api/v1/appeals/0198/caller",
        "/api/v1/exchange/grants/0198/reads",
        "/api/v1/collection/datasets/x/batches",
    ],
)
def test_reading_personal_data_or_handing_in_is_never_answered_from_memory(
    rf: RequestFactory, path: str
) -> None:
    done: list[str] = []

    def view(request: HttpRequest) -> HttpResponse:
        done.append(request.path)
        return HttpResponse("name and mobile")

    for _ in range(2):
        request = rf.post(
            path,
            "{}",
            content_type="text/plain",
            headers={"Idempotency-Key": "0198c0de-one-of-mine"},
        )
        request.user = None  # type: ignore[assignment]  # nobody signed in
        replay_middleware(view)(request)
    assert done == [path, path]
    assert forget_responses(at=now() + timedelta(days=2)) == 0


def test_a_full_disk_is_a_problem_of_its_own_and_no_bug(rf: RequestFactory) -> None:
    told = refuse_for_the_machine(rf.post("/api/v1/x"), OSError(errno.ENOSPC, "No space left"))
    assert told.status_code == 507
    assert json.loads(told.content)["code"] == "plumbing.disk_full"
    with pytest.raises(PermissionError):
        refuse_for_the_machine(rf.post("/api/v1/x"), PermissionError())
