"""What every template of ours may use without ``{% load %}``; WEB pages stay short because of it.

Filters say values in the reader's language; inclusion tags draw the parts of the look.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import segno
from django import template
from django.core.exceptions import DisallowedHost
from django.forms import BaseForm, BoundField, CheckboxInput, Select, Textarea
from django.forms.widgets import CheckboxSelectMultiple, RadioSelect
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, gettext, ngettext

from yitang.ground.base.errors import DomainError
from yitang.ground.base.text import Message
from yitang.ground.organisations.api import User
from yitang.ground.plumbing.api import Page, translated, working_calendar
from yitang.ground.plumbing.api import now as current_time
from yitang.site.web.shell.charts import (
    Bar,
    Point,
    Series,
    drawn_bars,
    drawn_line,
    drawn_lines,
)
from yitang.site.web.shell.navigation import address

register = template.Library()

SHANGHAI = ZoneInfo("Asia/Shanghai")
_GIVEN = re.compile(r"column (\d+)( \(\d+\))?")
WEEKDAYS = {
    "zh": ("周一", "周二", "周三", "周四", "周五", "周六", "周日"),
    "en": ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"),
}
MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]


@register.filter
def words(text: DomainError | Message | str) -> str:
    """The sentence of an error or a message in the reader's language; a plain text is a msgid."""
    return gettext(text) if isinstance(text, str) else translated(text)


@register.filter
def column_name(name: str) -> str:
    """A column as delivered; names that the platform gave stand in the reader's language."""
    if found := _GIVEN.fullmatch(name):
        return gettext("column {number}").format(number=found[1]) + (found[2] or "")
    return gettext("heading above the rows") if name == "group" else name


@register.filter
def said(note: str) -> str:
    """A note of the history; the sentences that the platform wrote stand in the reader's language.

    The platform joins what is missing with ``; ``, in the words of its rules.
    """
    return "；".join(gettext(part) for part in note.split("; ")) if _is_chinese() else note


@register.filter
def person(user: User | None) -> str:
    """Who did something, masked unless an officer; what the platform did by itself says so."""
    if user is None:
        return ""
    return gettext("by itself") if user.username == "system" else user.name_for_others


@register.filter
def day(value: date | datetime | None) -> str:
    """``11 月 26 日（周四）``, ``Thu 26 Nov``; the year if another, no weekday if it is past."""
    if value is None:
        return ""
    moment = value.astimezone(SHANGHAI).date() if isinstance(value, datetime) else value
    this_year = current_time().astimezone(SHANGHAI).year
    names = WEEKDAYS["zh" if _is_chinese() else "en"]
    weekday = names[moment.weekday()] if moment.year >= this_year else ""
    if _is_chinese():
        year = f"{moment.year} 年 " if moment.year != this_year else ""
        return f"{year}{moment.month} 月 {moment.day} 日" + (f"（{weekday}）" if weekday else "")
    year = f" {moment.year}" if moment.year != this_year else ""
    return f"{weekday} {moment.day} {MONTHS[moment.month - 1]}{year}".lstrip()


@register.filter
def last_day(due_at: datetime | None) -> str:
    """The day a deadline falls on: 24:00 of a day is still that day, not the next."""
    return day(None if due_at is None else due_at - timedelta(seconds=1))


@register.filter
def moment(value: datetime | None) -> str:
    """``11 月 20 日 09:12``, ``20 Nov 09:12``; the year only when it is another one."""
    if value is None:
        return ""
    local = value.astimezone(SHANGHAI)
    other_year = local.year != current_time().astimezone(SHANGHAI).year
    if _is_chinese():
        year = f"{local.year} 年 " if other_year else ""
        return f"{year}{local.month} 月 {local.day} 日 {local:%H:%M}"
    year = f" {local.year}" if other_year else ""
    return f"{local.day} {MONTHS[local.month - 1]}{year} {local:%H:%M}"


@register.simple_tag
def gap() -> str:
    """What stands between two sentences of one paragraph: nothing in Chinese."""
    return "" if _is_chinese() else " "


@register.simple_tag
def today() -> str:
    """What day it is where the office stands, and the how-manieth working day of its year."""
    here = current_time().astimezone(SHANGHAI)
    worked = working_calendar().workdays_between(date(here.year - 1, 12, 31), here.date())
    said = ngettext("working day {n} of the year", "working day {n} of the year", worked)
    return f"{day(here)} {here:%H:%M} · {said.format(n=worked)}"


@register.simple_tag(takes_context=True)
def whole_address(context: template.Context) -> str:
    """Where the page lies, for the foot of what is printed."""
    request: HttpRequest | None = context.get("request")
    if request is None:
        return ""
    try:
        return request.build_absolute_uri()
    except DisallowedHost:  # the page that says so is printed without it
        return request.get_full_path()


@register.filter
def number(value: float | None, places: int = 0) -> str:
    """``1,377``, ``0.42``; a dash where nothing was measured."""
    return "–" if value is None else f"{value:,.{places}f}"


@register.filter
def yuan(value: Decimal | None) -> str:
    """``¥125,000``, ``¥1.2 million``, ``125.0 万元``; a dash where it is not known."""
    if value is None:
        return "–"
    if not _is_chinese():
        is_large = abs(value) >= 1_000_000
        return f"¥{value / 1_000_000:,.1f} million" if is_large else f"¥{value:,.0f}"
    return f"{value / 10_000:,.1f} 万元" if abs(value) >= 10_000 else f"{value:,.0f} 元"


@register.filter
def percent(value: float | None, places: int = 1) -> str:
    """A share of one as ``92.3%``."""
    return "–" if value is None else f"{100 * value:.{places}f}%"


@register.simple_tag
def page_address(name: str) -> str:
    """The address of a page by its name; empty while no room has made it."""
    return address(name)


@register.simple_tag
def due(
    due_at: datetime | None, *, is_provisional: bool = False, is_closed: bool = False
) -> SafeString:
    """A deadline with the word that belongs to its colour: late, today, or its day."""
    if due_at is None:
        return format_html('<span class="muted">{}</span>', gettext("No deadline"))
    if is_closed:
        return format_html('<span class="muted">{}</span>', last_day(due_at))
    here, end = current_time().astimezone(SHANGHAI), due_at.astimezone(SHANGHAI)
    if end <= here:
        days = (here.date() - (end - timedelta(seconds=1)).date()).days
        late = ngettext("{days} day late", "{days} days late", days).format(days=days)
        return format_html(
            '<span class="tag late" title="{}">{}</span>',
            last_day(due_at),
            late if days else gettext("Late since {time}").format(time=f"{end:%H:%M}"),
        )
    if (end - timedelta(seconds=1)).date() == here.date():
        ends_at_midnight = (end.hour, end.minute) == (0, 0)
        text = gettext("Today") if ends_at_midnight else f"{gettext('Today')} {end:%H:%M}"
        return format_html('<span class="tag soon">{}</span>', text)
    provisional = gettext("provisional: next year's holidays are not announced yet")
    mark = format_html(' <abbr title="{}">*</abbr>', provisional) if is_provisional else ""
    return format_html('<span class="nowrap">{}{}</span>', last_day(due_at), mark)


@register.simple_tag
def source(
    dataset: object, organisation: object = "", as_of: date | datetime | str = ""
) -> SafeString:
    """Where a value comes from and of when: ``人口库 · 公安 · 11 月 20 日``."""
    when = as_of if isinstance(as_of, str) else day(as_of)
    parts = [str(part) for part in (dataset, organisation, when) if part]
    return format_html('<span class="tag src">{}</span>', " · ".join(parts))


@register.inclusion_tag("shell/parts/field.html")
def field(bound: BoundField) -> dict[str, object]:
    """One field of a form: label, hint, its error, its control, in that order."""
    widget = bound.field.widget
    attributes: dict[str, str | bool] = {}
    if described := _described_by(bound):
        attributes["aria-describedby"] = described
    if bound.errors:
        attributes["aria-invalid"] = "true"
    if isinstance(widget, Textarea):
        attributes["data-draft"] = True  # static/drafts.js keeps what is typed until it is sent
    return {
        "field": bound,
        "control": bound.as_widget(attrs=attributes),
        "errors": said_errors(bound),
        "is_group": isinstance(widget, RadioSelect | CheckboxSelectMultiple),
        "is_choice": isinstance(widget, CheckboxInput),
        "is_wide": isinstance(widget, Textarea | Select),
    }


@register.inclusion_tag("shell/parts/error_summary.html")
def error_summary(form: BaseForm) -> dict[str, object]:
    """Every error of a form in one list at the top, each a link to its field."""
    wrong = [
        (bound, str(bound.label).rstrip("?？"), said_errors(bound)[0])
        for bound in form
        if bound.errors
    ]
    return {"form": form, "wrong": wrong}


def said_errors(bound: BoundField) -> list[str]:
    """What is wrong with a field, in words of ours where Django's are a machine's."""
    return [
        gettext("Please fill this in")
        if error.code == "required"
        else " ".join(map(str, error.messages))
        for error in bound.form.errors.as_data().get(bound.name, [])
    ]


@register.inclusion_tag("shell/parts/figure.html")
def figure(
    label: object,
    value: object,
    unit: object = "",
    *,
    url: str = "",
    note: object = "",
    doubt: object = "",
    checked: object = "",
) -> dict[str, object]:
    """A number with its unit small, its source one click away and its doubt beside it."""
    return {
        "label": label,
        "value": value,
        "unit": unit,
        "url": url,
        "note": note,
        "doubt": doubt,
        "checked": checked,
    }


@register.inclusion_tag("shell/parts/empty.html")
def empty(
    title: object, text: object = "", *, url: str = "", action: object = ""
) -> dict[str, object]:
    """Why there is nothing here, and what to do."""
    return {"title": title, "text": text, "url": url, "action": action}


@register.inclusion_tag("shell/parts/pages.html", takes_context=True)
def pages(context: template.Context, page: Page[object]) -> dict[str, object]:
    """To the first page and to the next, keeping the filters of the address."""
    request: HttpRequest = context["request"]
    query = request.GET.copy()
    is_first = not query.pop("cursor", [""])[-1]
    first = query.urlencode()
    if page.next_cursor:
        query["cursor"] = page.next_cursor
    return {"is_first": is_first, "first": first, "next": query.urlencode(), "page": page}


@register.inclusion_tag("shell/parts/steps.html")
def steps(current: int, *names: object) -> dict[str, object]:
    """Where one is on the way: ``{% steps 2 name1 name2 name3 %}``."""
    return {"current": current, "names": list(enumerate(names, start=1)), "total": len(names)}


@register.inclusion_tag("shell/parts/bars.html")
def bars(
    title: object,
    rows: Iterable[Bar],
    *,
    before: object = "",
    now: object = "",
    full: float = 0,
) -> dict[str, object]:
    """Grey for before, brand for now, values printed; the same as a table below.

    ``full`` is the value of a full bar; without it the longest is full.
    """
    return {
        "title": title,
        "rows": drawn_bars(rows, full=full),
        "before": before or gettext("Before"),
        "now": now or gettext("Now"),
    }


@register.inclusion_tag("shell/parts/line.html")
def line(
    title: object,
    points: Sequence[Point],
    *,
    unit: object = "",
    from_zero: bool = True,
    enhanced: bool = False,
) -> dict[str, object]:
    """A series, its first and last value printed, doubted ones hollow; the same as a table below.

    ``enhanced`` lets ``charts.js`` draw it anew from that table, every value within reach.
    """
    return {
        "title": title,
        "unit": unit,
        "line": drawn_line(points, width=440, from_zero=from_zero),
        "has_doubt": any(point.is_doubted for point in points),
        "enhanced": enhanced,
    }


@register.inclusion_tag("shell/parts/lines.html")
def lines(title: object, rows: Sequence[Series]) -> dict[str, object]:
    """Several series on one scale, each labelled at its end; the same as a table below."""
    return {
        "title": title,
        "rows": rows,
        "drawings": [
            _drawing(rows, "wide-lines", width=520, room=180),
            _drawing(rows, "narrow-lines", width=340, room=172),
        ],
        "periods": [
            (period[0].label, period) for period in zip(*(one.points for one in rows), strict=True)
        ],
    }


def _drawing(rows: Sequence[Series], form: str, *, width: int, room: int) -> dict[str, object]:
    """The lines as one of two forms draws them: on a phone the words would shrink with them."""
    drawn = drawn_lines(rows, width=width, room=room)
    return {
        "form": form,
        "width": width,
        "end": width - room - 8,
        "label_x": width - room + 4,
        "drawn": drawn,
        "ticks": [] if not drawn else [drawn[0].line.points[0], drawn[0].line.points[-1]],
    }


@register.simple_tag
def qr(address: str, label: str = "") -> SafeString:
    """An address as a QR code; print its short number beside it, always."""
    drawing = segno.make(address, error="m").svg_inline(
        border=2, dark="#15222b", light="#fff", omitsize=True, svgclass=None, lineclass=None
    )
    named = format_html('<svg role="img" aria-label="{}" ', label or gettext("QR code"))
    return mark_safe(drawing.replace("<svg ", named, 1))  # noqa: S308  (drawn by segno from a path)


def _is_chinese() -> bool:
    return (get_language() or "").startswith("zh")


def _described_by(bound: BoundField) -> str:
    ids = []
    if bound.help_text:
        ids.append(f"{bound.id_for_label}-hint")
    if bound.errors:
        ids.append(f"{bound.id_for_label}-error")
    return " ".join(ids)
