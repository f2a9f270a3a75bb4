"""A small province with a hotline, bureaus and classes; appeals filed through the action."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

from yitang.ground.language.api import Classifier, train_classifier
from yitang.ground.organisations.api import Organisation, User
from yitang.ground.organisations.tests.factories import (
    make_division,
    make_officer,
    make_organisation,
)
from yitang.public.hotline.actions import file_appeal
from yitang.public.hotline.models import Appeal, Category

AT = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)  # Monday 09:00 in Shanghai
HOME = "350000"
NO_MODEL = Path("no-such-model.npz")
WORDS = {
    "供水": ("自来水", "水压", "水管", "水质", "水费"),
    "教育": ("学校", "老师", "作业", "学位", "校车"),
    "噪音": ("夜里施工", "广场舞", "机器声", "喇叭", "装修声"),
}
DUTIES = {"供水": "water", "教育": "education"}


@dataclass(frozen=True)
class Province:
    """Who can act: a dispatcher and an agent of the province's hotline, county bureaus."""

    hotline: Organisation
    water: Organisation
    office: Organisation
    dispatcher: User
    agent: User
    handler: User


def make_province() -> Province:
    """临江县 (350102) and 城东区 (350103) of 闽海省."""
    make_division("350000", name="闽海省")
    make_division("350100", name="海州市")
    make_division("350102", name="临江县")
    make_division("350103", name="城东区")
    hotline = make_organisation("350000", name="省12345热线", kind="hotline")
    water = make_organisation("350102", name="临江县水务局", duties=("water",))
    office = make_organisation("350102", name="临江县教育局", duties=("education",))
    for label in WORDS:
        Category.objects.create(label=label, duty=DUTIES.get(label, ""))
    return Province(
        hotline,
        water,
        office,
        make_officer("dispatcher", organisation=hotline),
        make_officer("hotline_agent", organisation=hotline),
        make_officer("handler", organisation=water),
    )


def labelled() -> list[tuple[str, str]]:
    """Texts and labels, enough to learn three classes from."""
    return [
        (f"{place}{word}{wish}", label)
        for label, words in WORDS.items()
        for word in words
        for place in ("我们小区", "临江县城里", "楼下", "这一带")
        for wish in ("有问题，请处理", "一直没人管", "怎么回事，希望解决", "请有关部门来看看")
    ]


@cache
def classifier() -> Classifier:
    texts, labels = zip(*labelled(), strict=True)
    return train_classifier(texts, labels)


def make_model(folder: Path) -> Path:
    """The file of a classifier that knows ``WORDS``."""
    path = folder / "appeals.npz"
    classifier().save(path)
    return path


def make_appeal(
    text: str = "临江县城里自来水水管一直没人管", *, model: Path = NO_MODEL, **arguments: object
) -> Appeal:
    values: dict[str, object] = {"at": AT, "home": HOME} | arguments
    return file_appeal(text=text, model=model, **values)  # type: ignore[arg-type]
