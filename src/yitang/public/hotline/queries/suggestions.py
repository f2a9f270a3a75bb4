"""What the words of an appeal suggest: its class, its place, who would handle it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path

from yitang.ground.language.api import (
    Classifier,
    PlaceIndex,
    build_place_index,
    deepest_place,
    find_places,
    load_classifier,
)
from yitang.ground.organisations.api import (
    Organisation,
    division,
    division_prefix,
    division_rows,
    organisations_in,
    organisations_with_duty,
)
from yitang.public.hotline.errors import NotTrained
from yitang.public.hotline.models import Appeal, Category
from yitang.public.hotline.rules import (
    Basis,
    Route,
    Tier,
    route_of,
    territory_of,
    tier_named,
    tier_of,
)

from .configuration import configuration

# How probable a class must be before an appeal goes out without a person: what the model's own
# test demands, and never less than all other classes together: people write of what no example
# spoke of, and then the test says nothing.
SURE_AT_LEAST = 0.5


@dataclass(frozen=True, slots=True)
class Suggestion:
    """What the words of an appeal suggest: class, place, urgency and who would handle it.

    ``probability`` and ``alternatives`` are honest (calibrated) shares; ``is_sure`` says that
    class and place are certain enough and exactly one organisation is charged; ``route`` says
    where it goes by itself, ``government`` is that of the county or district of the place.
    """

    category: Category | None
    probability: float
    alternatives: tuple[tuple[str, float], ...]
    division_code: str
    place: str
    tier: Tier
    organisations: tuple[Organisation, ...]
    government: Organisation | None
    is_sure: bool
    route: Route

    @property
    def holder(self) -> Organisation | None:
        """Whom it goes to by itself; ``None`` where a person decides."""
        if self.route.basis is Basis.CLASS:
            return self.organisations[0]
        return self.government if self.route.basis is Basis.TERRITORY else None


class Suggester:
    """Classes, places and duties loaded once for one appeal or for a whole file.

    ``model`` is the file ``train_categories`` wrote; without it no class is suggested.
    ``home`` is the division everything lies in.
    """

    def __init__(self, *, model: Path, home: str, at: datetime) -> None:
        self.configuration = configuration()
        self.home = home
        self._classifier = trained(model)
        self._index = _place_index(home, int(at.timestamp()) // 60)
        self._categories = {category.label: category for category in Category.objects.all()}
        self._charged: dict[tuple[str, str], tuple[Organisation, ...]] = {}
        self._names: dict[str, str] = {}
        self._governments: dict[str, list[Organisation]] = {}
        for row in organisations_in(home, kind="government"):
            self._governments.setdefault(row.division.code, []).append(row)

    def place_of(self, text: str) -> str:
        """The code of the division a text belongs to; empty when it names none or several."""
        place = deepest_place(find_places(text, self._index, within=self.home), self._index)
        return place.code or "" if place else ""

    def name_of(self, division_code: str) -> str:
        """What the division is called; empty without one."""
        if division_code and division_code not in self._names:
            self._names[division_code] = division(division_code).name
        return self._names.get(division_code, "")

    def knows(self, division_code: str) -> bool:
        return division_code in self._index.parents

    def category(self, label: str) -> Category:
        """The class with this label, made when a file brings a new one."""
        if label not in self._categories:
            self._categories[label], _ = Category.objects.get_or_create(label=label)
        return self._categories[label]

    def suggest(
        self,
        texts: Sequence[str],
        *,
        places: Sequence[str],
        labels: Sequence[str] | None = None,
        tiers: Sequence[str] | None = None,
    ) -> list[Suggestion]:
        """One suggestion per text; ``places`` are division codes or empty, ``labels`` and
        ``tiers`` given classes and urgencies or empty."""
        given = labels or [""] * len(texts)
        urgencies = tiers or [""] * len(texts)
        guesses = self._classifier.predict(texts) if self._classifier and texts else None
        found: list[Suggestion] = []
        others: tuple[tuple[str, float], ...]
        for number, (text, place) in enumerate(zip(texts, places, strict=True)):
            if given[number]:
                label, probability, others = given[number], 1.0, ()
            elif guesses:
                guess = guesses[number]
                label, probability, others = guess.label, guess.probability, guess.alternatives
            else:
                label, probability, others = "", 0.0, ()
            category = self.category(label) if label else None
            found.append(
                self._suggestion(text, category, probability, others, place, urgencies[number])
            )
        return found

    def _suggestion(
        self,
        text: str,
        category: Category | None,
        probability: float,
        others: tuple[tuple[str, float], ...],
        place: str,
        urgency: str,
    ) -> Suggestion:
        duty = category.duty if category else ""
        charged = self._charged_with(duty, place) if duty and place else ()
        asked = self._classifier.quality.sure_above if self._classifier else 1.0
        is_class_sure = category is not None and probability >= max(asked, SURE_AT_LEAST)
        tiers = self.configuration.tiers
        tier = tier_named(urgency, tiers) if urgency else tier_of(text, duty=duty, tiers=tiers)
        governments = self._governments.get(territory_of(place), [])
        return Suggestion(
            category=category,
            probability=probability,
            alternatives=others,
            division_code=place,
            place=self.name_of(place),
            tier=tier,
            organisations=charged,
            government=governments[0] if len(governments) == 1 else None,
            is_sure=is_class_sure and len(charged) == 1,
            route=route_of(
                tier=tier.code,
                is_class_sure=is_class_sure,
                charged=len(charged),
                place=place,
                governments=len(governments),
            ),
        )

    def _charged_with(self, duty: str, place: str) -> tuple[Organisation, ...]:
        key = (duty, place)
        if key not in self._charged:
            self._charged[key] = tuple(organisations_with_duty(duty, place))
        return self._charged[key]


def suggest_dispatch(appeal: Appeal, *, model: Path, home: str, at: datetime) -> Suggestion:
    """What the words of a stored appeal suggest; its class and place stand if a person chose."""
    return suggestions([appeal], model=model, home=home, at=at)[0]


def suggestions(
    appeals: Sequence[Appeal], *, model: Path, home: str, at: datetime
) -> list[Suggestion]:
    """``suggest_dispatch`` for a page of appeals; the classifier and the places are read once."""
    suggester = Suggester(model=model, home=home, at=at)
    texts, places, labels, tiers = [], [], [], []
    for appeal in appeals:
        words = "。".join(part for part in (appeal.place_text, appeal.title, appeal.text) if part)
        chosen = appeal.category if appeal.category_probability is None else None
        texts.append(words)
        places.append(appeal.division_code or suggester.place_of(words))
        labels.append(chosen.label if chosen else "")
        tiers.append(appeal.tier)
    return suggester.suggest(texts, places=places, labels=labels, tiers=tiers)


def trained(model: Path) -> Classifier | None:
    """The classifier in ``model``, read again when the file changes; ``None`` without one."""
    try:
        return _classifier(model, model.stat().st_mtime_ns)
    except FileNotFoundError:
        return None


def check_trained(model: Path) -> Classifier:
    """The classifier, or ``NotTrained``."""
    found = trained(model)
    if found is None:
        raise NotTrained
    return found


@lru_cache(maxsize=2)
def _classifier(model: Path, changed: int) -> Classifier:
    return load_classifier(model)


@lru_cache(maxsize=2)
def _place_index(home: str, minute: int) -> PlaceIndex:
    """Divisions within ``home``; looked up anew each minute, for codes may have been loaded."""
    prefix = division_prefix(home)
    return build_place_index(row for row in division_rows() if row[0].startswith(prefix))
