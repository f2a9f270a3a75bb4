"""Appeals one may see, and what a whole of them tells the rooms above."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import Count, Q, QuerySet
from django.db.models.functions import TruncDate

from yitang.ground.base.clock import SHANGHAI
from yitang.ground.base.errors import NotFound
from yitang.ground.base.text import typed_code
from yitang.ground.casework.api import Case, CaseEvent, case_timeline
from yitang.ground.language.api import redact
from yitang.ground.organisations.api import User, division_prefix, scope_of, system_actor
from yitang.ground.plumbing.api import Page, cursor_of, numbers_of
from yitang.public.hotline.access import sees, sees_number, sees_whole_answer, sees_whole_text
from yitang.public.hotline.errors import CaseNumberGiven, NumberUnknown
from yitang.public.hotline.models import Answer, Appeal, Category, Import
from yitang.public.hotline.rules import CASE_NUMBER, PREFIX, AppealCount, AppealFacts

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

LANDLINE = frozenset({"landline"})


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
    identity. Raises ``NumberUnknown``, ``CaseNumberGiven``.
    """
    typed = typed_code(number)
    if CASE_NUMBER.fullmatch(typed):
        raise CaseNumberGiven(kind="appeal", id=typed, number=number.strip())
    found = _loaded().filter(short_number=typed).first()
    if found is None:
        raise NumberUnknown(kind="appeal", id=typed, number=number.strip())
    return found


def appeal_numbered(user: User, number: str) -> Appeal:
    """The appeal that an officer looks for by the number of its case, or by the short one that a
    caller reads out, if ``user`` may see it. Raises ``NumberUnknown``."""
    typed = typed_code(number)
    rows = _loaded()
    if CASE_NUMBER.fullmatch(typed):
        end = len(PREFIX) + 4
        found = rows.filter(
            case__number=f"{PREFIX}-{typed[len(PREFIX) : end]}-{typed[end:]}"
        ).first()
    else:
        found = rows.filter(short_number=typed).first()
    if found is None or not sees(user, found):
        raise NumberUnknown(kind="appeal", id=typed, number=number.strip())
    return found


def appeals_of(user: User, *, limit: int = 20) -> list[Appeal]:
    """What ``user`` filed while signed in, newest first."""
    return list(_loaded().filter(filed_by=user).order_by("-filed_at", "-pk")[:limit])


def shown_text(user: User | AnonymousUser, appeal: Appeal) -> str:
    """The text as ``user`` may read it: without personal data for whoever does not handle it."""
    return appeal.text if sees_whole_text(user, appeal) else redact(appeal.text).text


def shown_number(user: User | AnonymousUser, appeal: Appeal) -> str:
    """The short number, or nothing: it is the caller's own."""
    return appeal.short_number if sees_number(user, appeal) else ""


def shown_place(user: User | AnonymousUser, appeal: Appeal) -> str:
    """What the caller wrote about the place, as ``user`` may read it."""
    return appeal.place_text if sees_whole_text(user, appeal) else redact(appeal.place_text).text


def shown_answers(user: User | AnonymousUser, appeal: Appeal) -> list[Answer]:
    """The answers to an appeal, oldest first, their texts as ``user`` may read them.

    An office's landline stays: it is there to be called.
    """
    rows = list(appeal.answers.select_related("organisation"))
    if not sees_whole_answer(user, appeal):
        for row in rows:
            row.text = redact(row.text, leave=LANDLINE).text
    return rows


def imports(*, limit: int = 20) -> list[Import]:
    """The latest deliveries, newest first."""
    return list(Import.objects.all()[:limit])


def categories() -> list[Category]:
    """Every class, by label."""
    return list(Category.objects.all())


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


def appeals_filed(
    user: User,
    *,
    since: datetime,
    until: datetime,
    county: str = "",
    only_open: bool = False,
    cursor: str = "",
    limit: int = 30,
) -> Page[Appeal]:
    """The appeals behind a figure of ``appeal_counts``, the latest first: those filed from
    ``since`` until before ``until`` where ``user`` sees them, of one ``county`` if asked."""
    rows = appeals_in_area(user).filter(filed_at__gte=since, filed_at__lt=until)
    if county:
        rows = rows.filter(case__county=county)
    if only_open:
        rows = rows.filter(case__closed_at=None)
    return page_of_appeals(rows, cursor=cursor, limit=limit)


def appeals_in_area(user: User) -> QuerySet[Appeal]:
    """The appeals whose figures ``user`` reads."""
    seen = Q(pk__in=[])
    for prefix in scope_of(user, permission="hotline.read_rates").division_prefixes:
        seen |= Q(case__division_code__startswith=prefix)
    return _loaded().filter(seen)


def page_of_appeals(rows: QuerySet[Appeal], *, cursor: str, limit: int = 30) -> Page[Appeal]:
    """One page of ``rows``, the latest filed first."""
    if cursor:
        mark = rows.filter(pk=numbers_of(cursor, length=1)[0]).first()
        if mark is None:
            return Page([], None)
        rows = rows.filter(
            Q(filed_at__lt=mark.filed_at) | Q(filed_at=mark.filed_at, pk__lt=mark.pk)
        )
    found = list(rows.order_by("-filed_at", "-pk")[: limit + 1])
    more = len(found) > limit
    return Page(found[:limit], cursor_of(found[limit - 1].pk) if more else None)


def appeals_for_insight(*, since: datetime | None = None) -> Iterator[AppealFacts]:
    """Every appeal filed ``since``, oldest first, without a check of access: the room above
    aggregates and checks at its own pages. ``caller_key`` is a keyed hash."""
    rows = Appeal.objects.all() if since is None else Appeal.objects.filter(filed_at__gte=since)
    values = rows.order_by("filed_at", "pk").values_list(
        "public_id", "case__number", "caller_key", "title", "text", "filed_at", "division_code",
        "category__label", "category_probability", "category__duty", "unit__public_id",
        "is_confidential",
    )  # fmt: skip
    for row in values.iterator(chunk_size=2000):
        public_id, number, key, title, text, at, division, label, sure, duty, holder, secret = row
        yield AppealFacts(
            public_id=str(public_id),
            number=number,
            caller_key=key,
            title=title,
            text=text,
            filed_at=at,
            division_code=division,
            category=label or "",
            category_probability=sure,
            duty=duty or "",
            holder=str(holder) if holder else "",
            is_confidential=secret,
        )


def _loaded() -> QuerySet[Appeal]:
    return Appeal.objects.select_related(
        "case__organisation__division", "case__assignee", "category", "unit"
    )
