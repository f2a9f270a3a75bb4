"""What the people of Minhai write to 12345: appeals of the last weeks, and a labelled set.

The texts are built from ``vocabulary/appeals.txt``; nothing is taken from a real message. Two
date formats stand beside each other, as in exports of real systems.
"""

from __future__ import annotations

import csv
import random
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import cache
from pathlib import Path

from .places import ESTATES, ROADS, Neighbourhood, counties, county_weights, neighbourhoods
from .vocabulary import lines_of

COLUMNS = ("留言编号", "留言用户", "留言主题", "留言时间", "留言详情", "反对数", "点赞数")
# What the hotline before had done by the day it handed its appeals over.
HANDLED_COLUMNS = (
    "派单时间",
    "答复时间",
    "答复意见",
    "回访时间",
    "是否联系",
    "是否解决",
    "是否满意",
)
LABELLED_COLUMNS = (*COLUMNS[:5], "一级标签")
TRUTH_COLUMNS = ("留言编号", "category", "division", "issue", "flood")

WINDOW_DAYS = 60
WITHOUT_PLACE = 0.04  # appeals whose place nobody can find
SECOND_DATE_FORMAT = 0.03  # 2026-11-05 08:03:12 instead of 2026/11/5 8:03:12
REPEATED = 0.03  # the same user writes again about the same matter
MIXED = 0.25  # messages that mention another trouble beside the one they are about
VAGUE = 0.1  # titles that say nothing
MISLABELLED = 0.02  # of the training set, as people label
LIKED = 0.3  # appeals with at least one like
# How long an answer takes as a share of its limit, lognormal: one in twenty comes late.
SHARE_OF_LIMIT = (-0.75, 0.45)
LIMIT_HOURS, URGENT_HOURS, AT_ONCE_HOURS = 7 * 24, 24, 2  # DB11/T 2021-2022
URGENT_CATEGORY, URGENT_WORDS = "公用事业", ("停水", "停电", "积水")
AT_ONCE_WORDS = ("塌方", "井盖缺失", "漏电", "燃气泄漏")
FORGOTTEN = 0.008  # never dealt with
NOWHERE_YET = timedelta(days=8)  # how long it takes to find out the place of one that names none
ASKED = 0.4  # of those answered, asked whether it helped
# How likely a county settles what it is told, drawn once for each: some do worse than others.
BEST, WORST = 0.97, 0.78
FLOOD = 92  # messages of one user's form letter
FLOOD_USER = "A00090210"
FAMOUS_LIKES = 1874  # one message everybody liked, about nothing that others wrote of

# How many write in each hour of the day, relative.
HOURLY = (1, 1, 0, 0, 0, 1, 2, 5, 9, 10, 10, 8, 6, 6, 8, 9, 9, 8, 6, 6, 7, 7, 5, 3)
# Category of the training set to the duty of the office that answers, and its English name.
CATEGORIES = {
    "城乡建设": ("construction", "Construction and housing"),
    "环境保护": ("environment", "Environment"),
    "交通运输": ("roads", "Roads and transport"),
    "教育文体": ("education", "Education, culture and sport"),
    "劳动和社会保障": ("social_security", "Work and social security"),
    "商贸旅游": ("market", "Trade and tourism"),
    "卫生健康": ("health", "Health"),
    "公用事业": ("water", "Water, power and gas"),
    "公安政务": ("household", "Police and registration"),
    "农业农村": ("agriculture", "Farming and villages"),
}


@dataclass(frozen=True, slots=True)
class Topic:
    """One kind of trouble: how people head it, what they tell, what they ask for."""

    category: str
    titles: tuple[str, ...]
    facts: tuple[str, ...]
    wishes: tuple[str, ...]
    is_lesson: bool = False  # only in the labelled set: what the planted issues are about


@dataclass(frozen=True, slots=True)
class Issue:
    """Something many people write about at once."""

    code: str
    category: str
    county: str
    place: str
    first: date
    last: date
    people: int
    messages: int
    titles: tuple[str, ...]
    facts: tuple[str, ...]
    wishes: tuple[str, ...]


@dataclass(slots=True)
class Appeal:
    """One message with the truth about it."""

    user: str
    title: str
    text: str
    at: datetime
    category: str
    division: str
    issue: str = ""
    is_flood: bool = False
    likes: int = 0
    dislikes: int = 0


@dataclass(slots=True)
class _Block:
    head: str
    titles: list[str] = field(default_factory=list)
    facts: list[str] = field(default_factory=list)
    wishes: list[str] = field(default_factory=list)


def write_appeals(folder: Path, *, seed: int, number: int, today: date) -> int:
    """``appeals.csv`` and the truth about it; how many messages."""
    chosen = random.Random(f"minhai appeals {seed}")
    handling = _Handling(seed, today)
    appeals = sorted(_all(chosen, number, today), key=lambda appeal: appeal.at)
    rows, truth = [], []
    for position, appeal in enumerate(appeals, start=260_001):
        when = _written(chosen, appeal.at)
        rows.append(
            (
                position, appeal.user, appeal.title, when, appeal.text, appeal.dislikes,
                appeal.likes, *handling.of(appeal),
            )
        )  # fmt: skip
        flood = int(appeal.is_flood)
        truth.append((position, appeal.category, appeal.division, appeal.issue, flood))
    _write(folder / "appeals.csv", COLUMNS + HANDLED_COLUMNS, rows)
    _write(folder / "truth" / "appeals.csv", TRUTH_COLUMNS, truth)
    return len(rows)


def write_labelled(folder: Path, *, seed: int, number: int, today: date) -> int:
    """``appeals_labelled.csv`` for training, and which office answers which category."""
    chosen = random.Random(f"minhai labelled {seed}")
    rows = []
    for position in range(100_001, 100_001 + number):
        appeal = _ordinary(chosen, topics(), today - timedelta(days=400), 340)
        when = _written(chosen, appeal.at)
        label = appeal.category
        if chosen.random() < MISLABELLED:
            label = chosen.choice(tuple(CATEGORIES))
        rows.append((position, appeal.user, appeal.title, when, appeal.text, label))
    _write(folder / "appeals_labelled.csv", LABELLED_COLUMNS, rows)
    categories = [(name, duty, english) for name, (duty, english) in CATEGORIES.items()]
    _write(folder / "categories.csv", ("label", "duty", "name_en"), categories)
    return number


class _Handling:
    """What the hotline before had done about each appeal until the night before ``today``."""

    def __init__(self, seed: int, today: date) -> None:
        self._chosen = random.Random(f"minhai handling {seed}")
        self._end = datetime.combine(today, time())
        self._skill: dict[str, float] = {}

    def of(self, appeal: Appeal) -> tuple[str, ...]:
        """The cells of ``HANDLED_COLUMNS``; blank for what had not happened yet."""
        chosen, limit = self._chosen, _limit(appeal)
        took = chosen.lognormvariate(*SHARE_OF_LIMIT) * limit
        sent = appeal.at + timedelta(hours=min(took, 24) * chosen.uniform(0.02, 0.6))
        answered = appeal.at + timedelta(hours=took)
        asked = answered + timedelta(hours=chosen.uniform(4, 60))
        is_forgotten, is_asked = chosen.random() < FORGOTTEN, chosen.random() < ASKED
        text, said = chosen.choice(_fillers()["answer"]), self._said(appeal)
        if not appeal.division and appeal.at > self._end - NOWHERE_YET:
            return ("",) * len(HANDLED_COLUMNS)
        if is_forgotten or answered >= self._end:
            return (_stamp(sent) if sent < self._end else "", "", "", "", "", "", "")
        cells = (_stamp(sent), _stamp(answered), text)
        if not is_asked or asked >= self._end:
            return (*cells, "", "", "", "")
        return (*cells, _stamp(asked), *said)

    def _said(self, appeal: Appeal) -> tuple[str, str, str]:
        chosen, county = self._chosen, appeal.division[:6]
        if county not in self._skill:
            self._skill[county] = chosen.uniform(WORST, BEST)
        is_solved = chosen.random() < self._skill[county]
        is_satisfied = is_solved if chosen.random() < 0.9 else not is_solved
        contacted = "是" if chosen.random() < 0.98 else "否"
        return contacted, "已解决" if is_solved else "未解决", "满意" if is_satisfied else "不满意"


def _limit(appeal: Appeal) -> int:
    """Hours in which it is to be answered."""
    words = appeal.title + appeal.text
    if any(word in words for word in AT_ONCE_WORDS):
        return AT_ONCE_HOURS
    is_urgent = appeal.category == URGENT_CATEGORY or any(word in words for word in URGENT_WORDS)
    return URGENT_HOURS if is_urgent else LIMIT_HOURS


def _stamp(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M:%S}"


def _all(chosen: random.Random, number: int, today: date) -> Iterator[Appeal]:
    planted = [appeal for issue in issues() for appeal in _of_issue(chosen, issue)]
    planted += _flood(chosen, today)
    yield from planted
    first = today - timedelta(days=WINDOW_DAYS)
    heard = tuple(topic for topic in topics() if not topic.is_lesson)
    famous = chosen.randrange(1, max(2, number - len(planted)))
    for position in range(max(0, number - len(planted))):
        appeal = _ordinary(chosen, heard, first, WINDOW_DAYS - 1)
        if position == famous:
            appeal.likes = FAMOUS_LIKES
        yield appeal
        if chosen.random() < REPEATED:
            later = appeal.at + timedelta(hours=chosen.uniform(5, 72))
            if later.date() < today:
                yield Appeal(
                    appeal.user, f"再次反映：{appeal.title}", appeal.text + "请不要再拖了。", later,
                    appeal.category, appeal.division,
                )  # fmt: skip


def _ordinary(chosen: random.Random, heard: tuple[Topic, ...], first: date, days: int) -> Appeal:
    topic = chosen.choice(heard)
    slots, division = _slots(chosen)
    title = chosen.choice(topic.titles).format(**slots)
    told = chosen.sample(topic.facts, min(len(topic.facts), chosen.choice((1, 2, 2, 3))))
    if chosen.random() < VAGUE:
        title = chosen.choice(
            ("反映一个问题", "投诉", "咨询一件事", "求助", "请管一管", "群众来信")
        )
        told = told[:1]
    if chosen.random() < MIXED:
        told.append(chosen.choice(chosen.choice(heard).facts))
    text = _text(chosen, told, topic.wishes, slots)
    if slots["where"] not in title + text:
        text = f"我住在{slots['where']}{slots['estate']}。{text}"
    at = _moment(chosen, first + timedelta(days=chosen.randint(0, days)))
    likes = int(chosen.paretovariate(1.3)) if chosen.random() < LIKED else 0
    dislikes = int(chosen.random() < 0.03)
    return Appeal(
        _user(chosen), title, text, at, topic.category, division,
        likes=min(likes, 400), dislikes=dislikes,
    )  # fmt: skip


def _of_issue(chosen: random.Random, issue: Issue) -> Iterator[Appeal]:
    users = [_user(chosen) for _ in range(issue.people)]
    writers = users + [chosen.choice(users) for _ in range(issue.messages - issue.people)]
    days = (issue.last - issue.first).days
    county = next(place for place in counties() if place.code == issue.county)
    slots = {"where": issue.place, "estate": ""}
    for user in writers:
        told = chosen.sample(issue.facts, min(len(issue.facts), chosen.choice((2, 2, 3))))
        # More write in later days: an issue grows until somebody acts.
        at = _moment(chosen, issue.first + timedelta(days=int(days * chosen.random() ** 0.6)))
        title = chosen.choice(issue.titles)
        if county.name not in title and chosen.random() < 0.7:
            title = f"{issue.place}{title}" if issue.place[-3:] not in title else title
        text = f"{issue.place}：" + _text(chosen, told, issue.wishes, slots)
        likes = chosen.choice((0, 0, 1, 2, 5, 9))
        yield Appeal(
            user, title, text, at, issue.category, issue.county, issue=issue.code, likes=likes
        )


def _flood(chosen: random.Random, today: date) -> Iterator[Appeal]:
    letter = _fillers()["flood"][0]
    estate, county = "滨江花园", "990502"
    for _ in range(FLOOD):
        day = today - timedelta(days=chosen.randint(3, 50))
        money = f"{chosen.randint(12, 19)}万"
        text = letter.format(estate=f"螺江区{estate}", money=money)
        title = chosen.choice(
            (f"螺江区{estate}捆绑销售车位", f"举报{estate}捆绑销售车位", "捆绑车位销售")
        )
        yield Appeal(
            FLOOD_USER, title, text, _moment(chosen, day), "城乡建设", county, is_flood=True
        )


def _text(
    chosen: random.Random, told: list[str], wishes: tuple[str, ...], slots: dict[str, str]
) -> str:
    fillers = _fillers()
    parts = [chosen.choice(fillers["open"]) if slots["where"] or chosen.random() < 0.5 else ""]
    parts += told
    parts.insert(chosen.randint(2, len(parts)), chosen.choice(fillers["middle"]))
    parts += [chosen.choice(wishes), chosen.choice(fillers["close"])]
    return "".join(part.format(**slots) for part in parts)


def _slots(chosen: random.Random) -> tuple[dict[str, str], str]:
    """Fillings for one text, and the code of the place it names (empty: none)."""
    month = chosen.randint(1, 8)
    slots = {
        "time": chosen.choice(
            (f"今年{month}月", f"{month}月份", "上个月", "春节", f"{month}月{month + 9}日")
        ),
        "span": chosen.choice(("半个月", "一个多月", "三个月", "半年", "两年", "快一年了")),
        "count": chosen.choice("二三四五六七八"),
        "floor": str(chosen.randint(2, 28)),
        "money": chosen.choice(("120", "380", "1200", "2680", "5000", "9800", "两万多", "3万")),
        "estate": chosen.choice(ESTATES[1:]),
        "road": chosen.choice(ROADS),
    }  # fmt: skip
    if chosen.random() < WITHOUT_PLACE:
        return slots | {"where": "", "estate": "我们小区", "road": "门口那条路"}, ""
    county = chosen.choices(counties(), county_weights())[0]
    home = chosen.choice(neighbourhoods()[county.code])
    slots["where"], division = _spoken(chosen, home)
    if not home.is_urban and chosen.random() < 0.5:
        slots["estate"] = ""
    return slots, division


def _spoken(chosen: random.Random, home: Neighbourhood) -> tuple[str, str]:
    """A place as people write it, and the code it stands for."""
    draw = chosen.random()
    if draw < 0.3:
        return f"{home.city}{home.county}", home.county_code
    if draw < 0.6:
        return home.county, home.county_code
    if draw < 0.8:
        return f"{home.county}{home.town}", home.code[:9]
    if draw < 0.9:
        return f"{home.city}{home.county}{home.town}", home.code[:9]
    return f"{home.county}{home.town}{home.name}", home.code


def _user(chosen: random.Random) -> str:
    return f"A{chosen.randrange(10**8):08}"


def _moment(chosen: random.Random, day: date) -> datetime:
    hour = chosen.choices(range(24), HOURLY)[0]
    moment = time(hour, chosen.randrange(60), chosen.randrange(60))
    return datetime.combine(day, moment)


def _written(chosen: random.Random, at: datetime) -> str:
    if chosen.random() < SECOND_DATE_FORMAT:
        return f"{at:%Y-%m-%d %H:%M:%S}"
    return f"{at.year}/{at.month}/{at.day} {at.hour}:{at:%M:%S}"


@cache
def topics() -> tuple[Topic, ...]:
    """Everything ``vocabulary/appeals.txt`` knows."""
    found, category = [], ""
    for block in _blocks("appeals.txt"):
        if block.head.startswith("["):
            category = block.head.strip("[]")
        else:
            is_lesson, head = block.head.startswith("!"), block.head.lstrip("! ")
            titles = tuple(part.strip() for part in head.split("|"))
            facts, wishes = tuple(block.facts), tuple(block.wishes)
            found.append(Topic(category, titles, facts, wishes, is_lesson))
    return tuple(found)


@cache
def issues() -> tuple[Issue, ...]:
    """The planted hot issues."""
    return tuple(_issue(block) for block in _blocks("issues.txt"))


def _issue(block: _Block) -> Issue:
    code, category, county, place, first, last, people, messages = (
        part.strip() for part in block.head.split("|")
    )
    return Issue(
        code, category, county, place, date.fromisoformat(first), date.fromisoformat(last),
        int(people), int(messages), tuple(block.titles), tuple(block.facts), tuple(block.wishes),
    )  # fmt: skip


def _blocks(file: str) -> Iterator[_Block]:
    block: _Block | None = None
    for line in lines_of(file):
        mark, rest = line[:1], line[1:].removeprefix(" ")
        if mark in {"=", "["}:
            if block:
                yield block
            block = _Block(rest if mark == "=" else line)
        elif block and mark == "T":
            block.titles += [part.strip() for part in rest.split("|")]
        elif block and mark in {"-", ">"}:
            (block.facts if mark == "-" else block.wishes).append(rest)
    if block:
        yield block


@cache
def _fillers() -> dict[str, tuple[str, ...]]:
    """Empty lines stand for saying nothing."""
    found: dict[str, list[str]] = {}
    name = ""
    for line in lines_of("fillers.txt"):
        if line.startswith("["):
            name = line.strip("[]")
        else:
            found.setdefault(name, []).append(line)
    return {name: tuple(lines) for name, lines in found.items()}


def _write(path: Path, columns: Iterable[str], rows: Iterable[Iterable[object]]) -> None:
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        table = csv.writer(file)
        table.writerow(columns)
        table.writerows(rows)
