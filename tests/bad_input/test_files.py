"""Bad files × every door that takes one: counted row by row or refused in a sentence, nothing lost.

Whatever a file holds, accepted + rejected = delivered, or the whole file is refused with what is
wrong in it; what was taken in before stays, and the ledger has no problem.
"""

from __future__ import annotations

import contextlib
import io
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.bad_input.sentences import ENGLISH, LEAKS, check_refusal, sentence_of
from yitang.data.catalogue.api import Dataset
from yitang.data.collection.api import receipt_of, receipts_of
from yitang.data.collection.tests.factories import HEADER, make_residents, resident
from yitang.data.lake.api import read_table
from yitang.ground.ledger import api as ledger
from yitang.ground.organisations.api import User
from yitang.ground.organisations.tests.factories import (
    make_division,
    make_officer,
)
from yitang.public.hotline.models import Appeal
from yitang.public.hotline.tests.factories import AT, HOME, make_province
from yitang.site.commands import appeals
from yitang.site.commands.main import main
from yitang.site.web.hotline import deliveries

pytestmark = pytest.mark.django_db
ZH = {"Accept-Language": "zh-CN"}
LONG = 12 * 2**20  # characters of one line, more than any door takes for one record
NOT_TEXT = bytes(range(128, 256)) * 40  # neither UTF-8 nor GB 18030


@dataclass(frozen=True, slots=True)
class Told:
    """What a door said: counts if the file was read, else one sentence."""

    counts: tuple[int, int, int] | None = None  # delivered, accepted, rejected
    sentence: str = ""


def csv(*rows: list[str], header: list[str]) -> bytes:
    lines = [",".join(row) for row in [header, *rows]]
    return ("\r\n".join(lines) + "\r\n").encode()


def good_file(header: list[str], good: list[list[str]]) -> bytes:
    return csv(*good, header=header)


COUNTS = re.compile(r"([\d,]+) delivered = ([\d,]+) accepted \+ ([\d,]+) rejected")
# How a good file is spoiled; each takes the header and three good rows.
Spoil = Callable[[list[str], list[list[str]]], bytes]
REFUSED: dict[str, Spoil] = {
    "nothing": lambda header, good: b"",
    "no text": lambda header, good: NOT_TEXT,
    "other columns": lambda header, good: csv(["1", "2"], header=["甲", "乙"]),
    "zeros": lambda header, good: b"\0" * 4096,
}
COUNTED: dict[str, Spoil] = {
    "a cell too many": lambda header, good: csv(
        good[0], [*good[1], "x", "y"], good[2], header=header
    ),
    "cells too few": lambda header, good: csv(good[0], good[1][:2], good[2], header=header),
}
EITHER: dict[str, Spoil] = {
    "a quote not closed": lambda header, good: csv(
        good[0], ['"' + good[1][0], *good[1][1:]], good[2], header=header
    ),
    "a NUL in a cell": lambda header, good: csv(
        good[0], [good[1][0], *(f"{cell}\0" for cell in good[1][1:])], good[2], header=header
    ),
    "a line without end": lambda header, good: csv(
        good[0], [*good[1][:-1], "9" * LONG], good[2], header=header
    ),
    "headers only": lambda header, good: csv(header=header),
    "half a character": lambda header, good: good_file(header, good) + "水".encode()[:2],
}
SPOILED = REFUSED | COUNTED | EITHER
FEW = ("no text", "a cell too many", "a line without end")  # one that is refused, counted, either


def cases(doors: Iterable[str]) -> list[Any]:
    """Each kind of file at the first door, some at the others; further ones are thorough.

    A file that is refused before a row is read never comes to the database.
    """
    found = []
    for at, door in enumerate(doors):
        for name in SPOILED:
            marks = [pytest.mark.once] if name in REFUSED else []
            if at and name not in FEW:
                marks.append(pytest.mark.thorough)
            found.append(pytest.param(name, door, marks=marks, id=f"{name}-{door}"))
    return found


GOOD = [resident(number) for number in (1, 2, 3)]


def said_by(arguments: list[str]) -> Told:
    """What a command answered, on its one line."""
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        status = main(arguments)
    if status == 0:
        found = re.search(
            r"([\d,]+) delivered = ([\d,]+) accepted \+ ([\d,]+) rejected", out.getvalue()
        )
        assert found, out.getvalue()
        delivered, accepted, rejected = (int(text.replace(",", "")) for text in found.groups())
        return Told((delivered, accepted, rejected))
    assert status == 1
    assert err.getvalue().count("\n") == 1, err.getvalue()
    assert "Traceback" not in err.getvalue()
    return Told(sentence=err.getvalue())


@pytest.fixture
def residents(tmp_path: Path) -> Dataset:
    """A dataset with one receipted batch of two rows, so that two good ones may replace them."""
    make_division("350102")
    dataset = make_residents()
    path = tmp_path / "before.csv"
    path.write_bytes(good_file(HEADER, GOOD[:2]))
    assert said_by(["gather", str(path), "--dataset", "residents"]).counts == (2, 2, 0)
    return dataset


def officer_of(dataset: Dataset) -> Client:
    client = Client()
    client.force_login(make_officer("data_officer", organisation=dataset.organisation))
    return client


def by_command(dataset: Dataset, content: bytes, folder: Path) -> Told:
    path = folder / "spoiled.csv"
    path.write_bytes(content)
    return said_by(["gather", str(path), "--dataset", "residents", "--fewer"])


def over_json(dataset: Dataset, content: bytes, folder: Path) -> Told:
    answer = officer_of(dataset).post(
        "/api/v1/collection/datasets/residents/batches",
        {"file": SimpleUploadedFile("spoiled.csv", content), "fewer": "true"},
        headers=ZH,
    )
    if answer.status_code == 200:
        receipt = answer.json()
        return Told((receipt["delivered"], receipt["accepted"], receipt["rejected"]))
    check_refusal(answer, language="zh")
    return Told(sentence=sentence_of(answer))


def in_browser(dataset: Dataset, content: bytes, folder: Path) -> Told:
    client = officer_of(dataset)
    dropped: Any = client.post(
        "/collection/", {"file": SimpleUploadedFile("spoiled.csv", content)}, headers=ZH
    )
    if dropped.status_code == 302:
        meant = {"dataset": "residents", "fewer": "yes"}
        handed = client.post(f"{dropped['Location']}hand-in/", meant, headers=ZH)
        if handed.status_code == 302:
            latest = receipt_of(receipts_of(dataset)[0])
            return Told((latest.delivered, latest.accepted, latest.rejected))
        dropped = handed
    return Told(sentence=said_on(dropped))


def said_on(page: Any) -> str:
    """The sentence of a page that refuses: its own, or the one beside the field."""
    assert page.status_code in {400, 413, 422}, sentence_of(page)
    form = page.context.get("form") if page.context else None
    if form is not None and form.errors:
        (told,) = [str(text) for texts in form.errors.values() for text in texts]
        return told
    check_refusal(page, language="zh")
    return sentence_of(page)


DOORS = {"command": by_command, "JSON": over_json, "page": in_browser}


def check_told(told: Told, spoiled: str, *, is_chinese: bool) -> None:
    """Read row by row with sums that agree, or refused in a sentence of the reader's."""
    if told.counts is not None:
        delivered, accepted, rejected = told.counts
        assert spoiled not in REFUSED
        assert delivered == accepted + rejected
        assert rejected or spoiled not in COUNTED
        return
    assert spoiled not in COUNTED, told.sentence
    assert told.sentence
    assert not any(word in told.sentence for word in LEAKS), told.sentence
    assert not is_chinese or not ENGLISH.search(told.sentence), told.sentence


@pytest.mark.parametrize(("spoiled", "door"), cases(DOORS))
def test_a_spoiled_delivery_is_counted_or_refused_and_loses_nothing(
    residents: Dataset, tmp_path: Path, spoiled: str, door: str
) -> None:
    told = DOORS[door](residents, SPOILED[spoiled](HEADER, GOOD), tmp_path)
    check_told(told, spoiled, is_chinese=door != "command")
    kept = told.counts[1] if told.counts else 2
    assert read_table("residents").num_rows == kept
    assert len(receipts_of(residents)) == (2 if told.counts else 1)
    assert ledger.verify().problems == []


WRONG = {
    "a check digit": {"identity_number": "35010219900101001" + "5"},
    "no division": {"division_code": "990011"},
    "no such date": {"birth_date": "2026-02-30"},
}


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize("wrong", WRONG)
def test_a_wrong_value_is_sent_back_with_its_reason(
    residents: Dataset, tmp_path: Path, wrong: str, door: str
) -> None:
    content = csv(GOOD[0], resident(7, **WRONG[wrong]), GOOD[2], header=HEADER)
    assert DOORS[door](residents, content, tmp_path).counts == (3, 2, 1)
    problems = receipt_of(receipts_of(residents)[0]).problems
    assert len(problems) == 1
    assert str(problems[0].message)


APPEALS = ["留言编号", "留言用户", "留言主题", "留言时间", "留言详情"]
ASKED = [
    [str(n), f"A{n}", "水", "2026-11-01 08:00:00", f"临江县第{n}号水表坏了"] for n in (1, 2, 3)
]


def appeals_by_command(dispatcher: User, content: bytes, folder: Path) -> Told:
    path = folder / "spoiled.csv"
    path.write_bytes(content)
    return said_by(["appeals", "import", str(path)])


def appeals_in_browser(dispatcher: User, content: bytes, folder: Path) -> Told:
    client = Client()
    client.force_login(dispatcher)
    answer: Any = client.post(
        "/hotline/deliver/", {"file": SimpleUploadedFile("spoiled.csv", content)}, headers=ZH
    )
    if answer.status_code == 200:
        receipt = answer.context["receipt"]
        return Told((receipt.delivered, receipt.accepted, receipt.rejected))
    return Told(sentence=said_on(answer))


@pytest.fixture
def dispatcher(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[User]:
    """Of the province for which this installation works."""

    class Place:
        division = HOME
        files = tmp_path

    for module in (deliveries, appeals):
        monkeypatch.setattr(module, "settings", lambda: Place)
    with time_machine.travel(AT, tick=False):
        yield make_province().dispatcher


TAKERS = {"command": appeals_by_command, "page": appeals_in_browser}


@pytest.mark.parametrize(("spoiled", "door"), cases(TAKERS))
def test_spoiled_appeals_are_counted_or_refused_and_lose_nothing(
    dispatcher: User, tmp_path: Path, spoiled: str, door: str
) -> None:
    assert appeals_by_command(dispatcher, csv(ASKED[0], header=APPEALS), tmp_path).counts == (
        1,
        1,
        0,
    )
    told = TAKERS[door](dispatcher, SPOILED[spoiled](APPEALS, ASKED), tmp_path)
    check_told(told, spoiled, is_chinese=door == "page")
    kept = set(Appeal.objects.values_list("source_number", flat=True))
    assert "1" in kept
    assert len(kept) == (max(told.counts[1], 1) if told.counts else 1)
