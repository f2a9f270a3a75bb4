"""Reads: appeals one may see, what is suggested for them, counts and the three rates."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import Count, QuerySet
from django.db.models.functions import TruncDate

from yitang.ground.base.clock import SHANGHAI, Term
from yitang.ground.base.errors import NotFound
from yitang.ground.casework.api import Case, CaseEvent, case_timeline
from yitang.ground.language.api import (
    Classifier,
    PlaceIndex,
    build_place_index,
    deepest_place,
    find_places,
    load_classifier,
    redact,
)
from yitang.ground.organisations.api import (
    Organisation,
    User,
    division,
    division_prefix,
    division_rows,
    organisations_with_duty,
    system_actor,
)

from .access import sees, sees_whole_text
from .errors import NotTrained, NumberUnknown
from .models import Appeal, CallBack, Category, Import, Setting
from .rules import (
    AppealCount,
    AppealFacts,
    CallBackFacts,
    Configuration,
    RateRules,
    Rates,
    Solved,
    Tier,
    three_rates_of,
    tier_of,
)

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

# How probable a class must be before an appeal goes out without a person: what the model's own
# test demands, and never less than all other classes together: people write of what no example
# spoke of, and then the test says nothing.
SURE_AT_LEAST = 0.5


def appeal_for(user: User | AnonymousUser, public_id: UUID | str) -> Appeal:
    """The appeal, if ``user`` may see it; else ``NotFound``, as if there were none."""
    try:
        found = _loaded().filter(public_id=UUID(str(public_id))).first()
    except ValueError:
        found = None
    if found is None or not sees(user, found):
        raise NotFound(kind="appeal", id=public_id)
    return found


def appeal_of_case(case_id: int) -> Appeal:
    """The appeal that a case is about; raises ``NotFound``. The caller checked the case."""
    found = _loaded().filter(case_id=case_id).first()
    if found is None:
        raise NotFound(kind="appeal", id=case_id)
    return found


def appeal_by_number(number: str) -> Appeal:
    """The appeal a caller follows by its short number, however it was typed.

    Knowing the number is the right to follow it: eight of 27 signs at random. It opens no
    identity. Raises ``NumberUnknown``.
    """
    typed = "".join(number.split()).replace("-", "").upper()
    found = _loaded().filter(short_number=typed).first()
    if found is None:
        raise NumberUnknown(kind="appeal", id=typed, number=typed)
    return found


def appeals_of(user: User, *, limit: int = 20) -> list[Appeal]:
    """What ``user`` filed while signed in, newest first."""
    return list(_loaded().filter(filed_by=user).order_by("-filed_at", "-pk")[:limit])


def shown_text(user: User | AnonymousUser, appeal: Appeal) -> str:
    """The text as ``user`` may read it: a confidential one without personal data for the unit."""
    return appeal.text if sees_whole_text(user, appeal) else redact(appeal.text).text


def imports(*, limit: int = 20) -> list[Import]:
    """The latest deliveries, newest first."""
    return list(Import.objects.all()[:limit])


def categories() -> list[Category]:
    """Every class, by label."""
    return list(Category.objects.all())


@dataclass(frozen=True, slots=True)
class Suggestion:
    """What the words of an appeal suggest: class, place, urgency and who would handle it.

    ``probability`` and ``alternatives`` are honest (calibrated) shares; ``is_sure`` says that
    class and place are certain enough and exactly one organisation is charged.
    """

    category: Category | None
    probability: float
    alternatives: tuple[tuple[str, float], ...]
    division_code: str
    place: str
    tier: Tier
    organisations: tuple[Organisation, ...]
    is_sure: bool


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
        self, texts: Sequence[str], *, places: Sequence[str], labels: Sequence[str] | None = None
    ) -> list[Suggestion]:
        """One suggestion per text; ``places`` are division codes or empty, ``labels`` given
        classes or empty."""
        given = labels or [""] * len(texts)
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
            found.append(self._suggestion(text, category, probability, others, place))
        return found

    def _suggestion(
        self,
        text: str,
        category: Category | None,
        probability: float,
        others: tuple[tuple[str, float], ...],
        place: str,
    ) -> Suggestion:
        duty = category.duty if category else ""
        charged = self._charged_with(duty, place) if duty and place else ()
        asked = self._classifier.quality.sure_above if self._classifier else 1.0
        return Suggestion(
            category=category,
            probability=probability,
            alternatives=others,
            division_code=place,
            place=self.name_of(place),
            tier=tier_of(text, duty=duty, tiers=self.configuration.tiers),
            organisations=charged,
            is_sure=len(charged) == 1 and probability >= max(asked, SURE_AT_LEAST),
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
    texts, places, labels = [], [], []
    for appeal in appeals:
        words = "。".join(part for part in (appeal.place_text, appeal.title, appeal.text) if part)
        chosen = appeal.category if appeal.category_probability is None else None
        texts.append(words)
        places.append(appeal.division_code or suggester.place_of(words))
        labels.append(chosen.label if chosen else "")
    return suggester.suggest(texts, places=places, labels=labels)


def appeals_with_cases(cases: Sequence[Case]) -> list[Appeal]:
    """The appeals of cases the caller was allowed to list, in the order of the cases."""
    rows = Appeal.objects.select_related("category", "unit").filter(case__in=cases)
    by_case = {row.case_id: row for row in rows}
    for case in cases:
        if case.pk in by_case:
            by_case[case.pk].case = case
    return [by_case[case.pk] for case in cases if case.pk in by_case]


def appeal_timeline(user: User | AnonymousUser, appeal: Appeal) -> list[CaseEvent]:
    """The history of an appeal that ``user`` may see, oldest first."""
    if not sees(user, appeal):
        raise NotFound(kind="appeal", id=appeal.public_id)
    return case_timeline(system_actor(), appeal.case)


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


def configuration() -> Configuration:
    """Tiers and rates of this place: the newest setting, else the defaults."""
    newest = Setting.objects.first()
    return configuration_of(newest.body, source=newest.source) if newest else Configuration()


def configuration_of(body: dict[str, object], *, source: str) -> Configuration:
    """The configuration that ``body`` (TOML or JSON) describes; ``ValueError`` when wrong."""
    tiers, rates = body.get("tiers", []), body.get("rates", {})
    if not isinstance(tiers, list) or not isinstance(rates, dict):
        raise ValueError("tiers must be a list of tables and rates a table")
    read = tuple(
        Tier(
            code=str(tier["code"]),
            dispatch_within=Term.parse(str(tier["dispatch_within"])),
            feedback_within=Term.parse(str(tier["feedback_within"])),
            words=tuple(tier.get("words", ())),
            duties=frozenset(tier.get("duties", ())),
        )
        for tier in tiers
    )
    if read and "general" not in {tier.code for tier in read}:
        raise ValueError("one tier must have the code general")
    default = RateRules()
    weights = tuple(float(weight) for weight in rates.get("weights", default.weights))
    if len(weights) != 3 or abs(sum(weights) - 1) > 1e-9:
        raise ValueError("weights are three numbers that add up to 1")
    rules = RateRules(
        partly_counts=float(rates.get("partly_counts", default.partly_counts)),
        counts_unreached=bool(rates.get("counts_unreached", default.counts_unreached)),
        left_out=frozenset(rates.get("left_out", default.left_out)),
        weights=(weights[0], weights[1], weights[2]),
    )
    return Configuration(read or Configuration().tiers, rules, source)


def three_rates(
    *, since: datetime, until: datetime, within: str | None = None, rules: RateRules | None = None
) -> Rates:
    """响应率, 解决率, 满意率 of call-backs made from ``since`` until before ``until``.

    Each appeal counts once, by its latest call-back. ``within`` is a division code.
    """
    return three_rates_of(
        (facts for _, facts in _call_backs(since, until, within)), rules or configuration().rates
    )


def rates_by_division(
    *, since: datetime, until: datetime, within: str | None = None, rules: RateRules | None = None
) -> dict[str, Rates]:
    """County code to its three rates; as ``three_rates``."""
    chosen = rules or configuration().rates
    by_county: dict[str, list[CallBackFacts]] = {}
    for county, facts in _call_backs(since, until, within):
        by_county.setdefault(county, []).append(facts)
    return {county: three_rates_of(by_county[county], chosen) for county in sorted(by_county)}


def solved_rate_by_division(
    *, since: datetime, until: datetime, within: str | None = None
) -> dict[str, tuple[float, int]]:
    """County code to how many assessed appeals were solved, and how many were assessed."""
    rates = rates_by_division(since=since, until=until, within=within)
    return {county: (r.solved.numerator, r.solved.denominator) for county, r in rates.items()}


def appeal_counts(
    *, since: datetime, until: datetime, within: str | None = None
) -> list[AppealCount]:
    """Appeals filed from ``since`` until before ``until``, by county, civil day and state."""
    rows = Appeal.objects.filter(filed_at__gte=since, filed_at__lt=until)
    if within:
        rows = rows.filter(case__division_code__startswith=division_prefix(within))
    counted = (
        rows.annotate(day=TruncDate("filed_at", tzinfo=SHANGHAI))
        .values_list("case__county", "day", "case__state")
        .annotate(n=Count("pk"))
        .order_by("case__county", "day", "case__state")
    )
    return [AppealCount(county, day, state, n) for county, day, state, n in counted]


def appeals_for_insight(*, since: datetime | None = None) -> Iterator[AppealFacts]:
    """Every appeal filed ``since``, oldest first, without a check of access: the room above
    aggregates and checks at its own pages. ``caller_key`` is a keyed hash."""
    rows = Appeal.objects.all() if since is None else Appeal.objects.filter(filed_at__gte=since)
    values = rows.order_by("filed_at", "pk").values_list(
        "public_id", "case__number", "caller_key", "title", "text", "filed_at", "division_code",
        "category__label", "category__duty", "unit__public_id", "is_confidential",
    )  # fmt: skip
    for row in values.iterator(chunk_size=2000):
        public_id, number, key, title, text, at, division, label, duty, holder, secret = row
        yield AppealFacts(
            public_id=str(public_id),
            number=number,
            caller_key=key,
            title=title,
            text=text,
            filed_at=at,
            division_code=division,
            category=label or "",
            duty=duty or "",
            holder=str(holder) if holder else "",
            is_confidential=secret,
        )


def _loaded() -> QuerySet[Appeal]:
    return Appeal.objects.select_related(
        "case__organisation__division", "case__assignee", "category", "unit"
    )


def _call_backs(
    since: datetime, until: datetime, within: str | None
) -> Iterable[tuple[str, CallBackFacts]]:
    rows = CallBack.objects.filter(is_latest=True, at__gte=since, at__lt=until)
    if within:
        rows = rows.filter(division_code__startswith=division_prefix(within))
    values = rows.values_list(
        "division_code", "kind", "reached", "contacted", "solved", "satisfied"
    )
    for code, kind, reached, contacted, solved, satisfied in values:
        yield (
            code[:6],
            CallBackFacts(
                kind=kind,
                reached=reached,
                contacted=contacted,
                solved=Solved(solved) if solved else None,
                satisfied=Solved(satisfied) if satisfied else None,
            ),
        )
