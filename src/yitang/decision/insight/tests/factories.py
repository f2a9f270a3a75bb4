"""Invented messages: matters raised by several people, single concerns, one person's flood."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import datetime, timedelta

from yitang.decision.insight.rules import Message
from yitang.ground.base.clock import SHANGHAI

START = datetime(2026, 9, 1, 9, 0, tzinfo=SHANGHAI)
WATER = (
    "{place}又停水了，已经{n}天没有自来水",
    "{place}自来水发黄有异味，停水{n}次",
    "请解决{place}经常停水的问题，水压很低，第{n}次反映",
    "{place}停水没有通知，供水公司电话打不通，{n}户受影响",
)


def message(
    number: int,
    *,
    user: str = "",
    title: str = "路灯不亮",
    text: str = "",
    at: datetime = START,
    division_code: str = "",
    areas: tuple[str, ...] = (),
    category: str = "",
    certainty: float = 1.0,
    duty: str = "",
    holder: str = "",
    is_confidential: bool = False,
) -> Message:
    return Message(
        id=f"m{number}",
        user_key=user or f"u{number}",
        title=title,
        text=text or title,
        at=at,
        division_code=division_code,
        areas=areas,
        category=category,
        certainty=certainty,
        duty=duty,
        holder=holder,
        number=f"QS-{number:05}",
        is_confidential=is_confidential,
    )


def burst(
    count: int = 12,
    *,
    first: int = 1000,
    place: str = "幸福里小区",
    start: datetime = START + timedelta(days=40),
    division_code: str = "350102",
    duty: str = "water",
    holder: str = "",
) -> list[Message]:
    """One matter raised by ``count`` people within a few days."""
    return [
        message(
            first + n,
            title=WATER[n % 4].format(place=place, n=n + 2),
            text=f"领导好，{WATER[(n + 1) % 4].format(place=place, n=n + 3)}，请尽快处理。",
            at=start + timedelta(hours=7 * n),
            division_code=division_code,
            duty=duty,
            holder=holder,
        )
        for n in range(count)
    ]


def single_concerns(count: int = 120, *, seed: int = 1) -> list[Message]:
    """Messages each about something else."""
    chance = random.Random(seed)  # noqa: S311  (repeats; no secret)

    def words(length: int) -> str:
        return "".join(chr(chance.randrange(0x4E00, 0x9000)) for _ in range(length))

    return [
        message(n, title=words(9), text=words(40), at=START + timedelta(hours=12 * n))
        for n in range(count)
    ]


def flood(count: int = 60, *, user: str = "letter-writer") -> list[Message]:
    """One person's form letter, again and again."""
    return [
        message(
            5000 + n,
            user=user,
            title="请加快轨道交通建设力度",
            text="请市政府加快轨道交通建设力度，造福百姓。",
            at=START + timedelta(days=n),
        )
        for n in range(count)
    ]


def ids(messages: Sequence[Message]) -> set[str]:
    return {message.id for message in messages}
