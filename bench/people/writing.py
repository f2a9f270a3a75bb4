"""How the departments write people down.

A record is taken on a day: what changed later (home, telephone, a number issued anew) it does not
know.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from . import words
from .addresses import ADDRESS_STYLES, in_style
from .persons import NOBODY, Days, Homes, Ints, People, Texts, chosen, years
from .silos import SILOS, STAYS_REGISTERED, Dirt, Silo
from .slips import Slip, changed, full_width, in_traditional


@dataclass
class Records:
    """Who and when; the columns are filled one role after the other."""

    silo: Silo
    who: Ints
    on: Days


def known_in(draw: np.random.Generator, people: People, dirt: Dirt) -> dict[str, Ints]:
    """For each silo the persons it has records of, some twice."""
    year, male = people.year, people.male.astype(np.int64)
    found = {}
    for silo in SILOS:
        known = np.flatnonzero(draw.random(len(people)) < silo.covers(year, male))
        twice = draw.random(len(known)) < dirt.duplicates / (1 - dirt.duplicates)
        found[silo.name] = np.concatenate([known, known[twice]])
    return found


def written(
    draw: np.random.Generator, silo: Silo, who: Ints, people: People, homes: Homes, dirt: Dirt
) -> pl.DataFrame:
    """The silo's table in no order, with the person in a last column ``entity``."""
    who = draw.permutation(who)
    records = Records(silo, who, days_taken(draw, silo, people.born[who]))
    keys = draw.choice(len(who) * 3, len(who), replace=False) + 1
    columns = {
        "key": np.array([silo.key.format(key) for key in keys], dtype=object),
        "identity_number": numbers(draw, records, people, dirt),
        "name": names(draw, records, people, dirt),
        "sex": sexes(draw, records, people, dirt),
        "birth_date": birth_dates(draw, records, people, dirt),
        "phone": phones(draw, records, people, dirt),
        "address": places(draw, records, people, homes),
    }
    frame = pl.DataFrame(
        {
            silo.columns[role]: pl.Series(values.tolist(), dtype=pl.String)
            for role, values in columns.items()
        }
    )
    stamp = pl.Series(silo.columns["as_of"], records.on).dt.strftime(silo.stamp)
    return frame.with_columns(stamp, pl.Series("entity", who))


def days_taken(draw: np.random.Generator, silo: Silo, born: Days) -> Days:
    """Most records are of late years; nobody is written down before being born."""
    last = np.datetime64("2025-12-31")
    span = int((last - np.datetime64(f"{silo.since}-01-01")).astype(int))
    back = np.floor(span * draw.beta(1, 1.7, len(born))).astype("timedelta64[D]")
    lying_in = draw.integers(3, 300, len(born)).astype("timedelta64[D]")
    taken: Days = np.minimum(np.maximum(last - back, born + lying_in), last)
    return taken


def nothing(draw: np.random.Generator, silo: Silo, size: int) -> Texts:
    found = chosen(draw, silo.none, size)
    found[found == ""] = None
    return found


# Identity numbers.


def numbers(draw: np.random.Generator, records: Records, people: People, dirt: Dirt) -> Texts:
    silo, who = records.silo, records.who
    found = np.where(
        records.on < people.new_number_on[who], people.old_number[who], people.number[who]
    )
    chance = draw.random(len(who))
    relatives = relatives_of(draw, people)[who]
    lent = (chance < dirt.of_relative) & (relatives != NOBODY)
    found[lent] = people.number[relatives[lent]]
    chance = draw.random(len(who))
    may_be_short = people.year[who] < 2000
    share = dirt.short * SHORT[silo.name]
    short = (chance < share) & may_be_short & ~lent
    changed(found, short, lambda number: number[:6] + number[8:17])
    slip = Slip(draw)
    mistyped = (chance > 1 - dirt.mistyped) & ~lent
    changed(found, mistyped, slip.of_number)
    look_of_numbers(draw, found)
    share = dirt.missing_at_least + silo.no_number * dirt.missing_times
    missing = draw.random(len(who)) < np.minimum(share * people.unnumbered[who], 0.95)
    found[missing] = nothing(draw, silo, int(missing.sum()))
    return found


# How many times the usual share still has fifteen digits there: old registers more than new ones.
SHORT = {"police": 0.2, "civil": 1.9, "social": 1.5, "health": 0.6, "housing": 2.2}


def relatives_of(draw: np.random.Generator, people: People) -> Ints:
    """Another person of the household, for each."""
    order = np.lexsort((draw.random(len(people)), people.home))
    home = people.home[order]
    found = np.full(len(people), NOBODY)
    found[order[1:]] = np.where(home[1:] == home[:-1], order[:-1], NOBODY)
    first = np.append(True, home[1:] != home[:-1])[:-1] & (home[1:] == home[:-1])
    found[order[:-1][first]] = order[1:][first]
    return found


def look_of_numbers(draw: np.random.Generator, found: Texts) -> None:
    """The same number in another dress: x, full width, blanks, an apostrophe out of Excel."""
    chance = draw.random(len(found))
    changed(found, chance < 0.2, str.lower)
    changed(found, (chance > 0.3) & (chance < 0.304), full_width)
    changed(
        found, (chance > 0.4) & (chance < 0.41), lambda n: f"{n[:6]} {n[6:14]} {n[14:]}".strip()
    )
    changed(found, (chance > 0.5) & (chance < 0.505), lambda n: "'" + n)
    changed(found, (chance > 0.6) & (chance < 0.61), lambda n: n + " ")


# Names, sexes, birth dates.


def names(draw: np.random.Generator, records: Records, people: People, dirt: Dirt) -> Texts:
    silo, who = records.silo, records.who
    surname, given = people.surname[who], people.given[who]
    minority = people.minority[who]
    found: Texts = surname + given
    chance, slip = draw.random(len(who)), Slip(draw)
    changed(found, (chance < dirt.wrong_name) & ~minority, slip.of_name)
    changed(found, chance > 1 - dirt.traditional, in_traditional)
    dots = np.array([*words.DOTS, ""], dtype=object)
    own = np.flatnonzero(np.array(words.DOTS) == silo.dot)[0]
    usual = draw.random(len(who)) < 0.8
    which = np.where(usual, own, draw.integers(0, len(dots), len(who)))
    found[minority] = (surname + dots[which] + given)[minority]
    chance = draw.random(len(who))
    if silo.name in {"civil", "housing"}:  # forms three characters wide
        changed(found, chance < 0.3, lambda name: "　".join(name) if len(name) == 2 else name)
    changed(found, chance > 0.985, lambda name: name + " ")
    return found


def sexes(draw: np.random.Generator, records: Records, people: People, dirt: Dirt) -> Texts:
    chance = draw.random(len(records.who))
    male = people.male[records.who] ^ (chance < dirt.wrong_sex)
    found: Texts = np.array(records.silo.sexes, dtype=object)[male.astype(int)]
    found[chance > 0.985] = None
    return found


DATE_STYLES = (
    "{0}-{1:02}-{2:02}",
    "{0}{1:02}{2:02}",
    "{0}年{1}月{2}日",
    "{0}/{1}/{2}",
    "{0}.{1:02}.{2:02}",
)


def birth_dates(draw: np.random.Generator, records: Records, people: People, dirt: Dirt) -> Texts:
    silo, born = records.silo, people.born[records.who]
    months = born.astype("datetime64[M]")
    year, month = years(born), months.astype(np.int64) % 12 + 1
    day = (born - months.astype("datetime64[D]")).astype(np.int64) + 1
    chance = draw.random(len(born))
    swapped = (chance < dirt.swapped_date) & (day <= 12)
    month, day = np.where(swapped, day, month), np.where(swapped, month, day)
    usual = draw.random(len(born)) < 0.85
    style = np.where(usual, silo.date_style, draw.integers(0, len(DATE_STYLES), len(born)))
    rows = zip(style.tolist(), year.tolist(), month.tolist(), day.tolist(), strict=True)
    found = np.array([DATE_STYLES[s].format(y, m, d) for s, y, m, d in rows], dtype=object)
    missing = chance > 1 - silo.no_birth
    found[missing] = nothing(draw, silo, int(missing.sum()))
    return found


# Telephones and addresses.


def phones(draw: np.random.Generator, records: Records, people: People, dirt: Dirt) -> Texts:
    silo, who = records.silo, records.who
    found = np.where(
        records.on < people.new_phone_on[who], people.old_phone[who], people.phone[who]
    )
    chance, slip = draw.random(len(who)), Slip(draw)
    changed(found, chance < dirt.wrong_phone, slip.of_phone)
    changed(found, (chance > 0.1) & (chance < 0.14), lambda p: f"{p[:3]} {p[3:7]} {p[7:]}")
    changed(found, (chance > 0.2) & (chance < 0.23), lambda p: f"{p[:3]}-{p[3:7]}-{p[7:]}")
    changed(found, (chance > 0.3) & (chance < 0.32), lambda p: "+86" + p)
    changed(found, (chance > 0.4) & (chance < 0.405), full_width)
    missing = draw.random(len(who)) < silo.no_phone
    found[missing] = nothing(draw, silo, int(missing.sum()))
    return found


def places(draw: np.random.Generator, records: Records, people: People, homes: Homes) -> Texts:
    silo, who = records.silo, records.who
    is_old = records.on < people.moved_on[who]
    if silo.name == "police":
        is_old |= draw.random(len(who)) < STAYS_REGISTERED
    place = np.where(is_old, people.old_place[who], people.place[who])
    usual = draw.random(len(who)) < 0.75
    style = np.where(usual, silo.address_style, draw.integers(0, ADDRESS_STYLES, len(who)))
    found = in_style(homes, place, style)
    chance = draw.random(len(who))
    changed(found, chance < 0.02, lambda address: address.replace("路", "路 "))
    missing = chance > 1 - silo.no_address
    found[missing] = nothing(draw, silo, int(missing.sum()))
    return found
