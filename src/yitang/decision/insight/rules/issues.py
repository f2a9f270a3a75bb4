"""Hot issues found among messages, each with its people, its evidence and its places."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from yitang.ground.language.rules import plain, redact
from yitang.ground.organisations.rules import NATION, division_prefix

from .clusters import COUNTY, cluster_messages
from .heat import Heat, heat_of, people_of, period_of
from .messages import Message
from .places import place_of
from .verdicts import Verdict, Vote, verdict_of

FEWEST_PEOPLE = 3
QUOTES = 5
QUOTE_LENGTH = 90


@dataclass(frozen=True, slots=True)
class Quote:
    """What a typical message says, without personal data; empty for a confidential one."""

    message_id: str
    at: datetime
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class FoundIssue:
    """A matter that several people raise. Messages are in order of time, quotes typical first."""

    title: str
    message_ids: tuple[str, ...]
    heat: Heat
    first_at: datetime
    last_at: datetime
    divisions: tuple[tuple[str, int], ...]
    category: Verdict
    duty: Verdict
    holder: Verdict
    quotes: tuple[Quote, ...]


def find_issues(
    messages: Sequence[Message], *, fewest_people: int = FEWEST_PEOPLE
) -> list[FoundIssue]:
    """The matters that at least so many distinct people raise, the hottest first.

    Where each of them speaks of another class, or from another county, they share phrases and
    no matter.
    """
    period = period_of(messages)
    issues = []
    for cluster in cluster_messages(messages):
        if len(cluster.members) < fewest_people:
            continue
        typical = [messages[place] for place in cluster.members]
        heat = heat_of(typical, cohesion=cluster.cohesion, period=period)
        if heat.people < fewest_people:
            continue
        issue = _issue(typical, heat)
        said = [times for _, times in issue.category.candidates]
        if not (_is_scattered(said, heat.people) or _is_scattered(_counties(typical), heat.people)):
            issues.append(issue)
    return sorted(issues, key=lambda issue: (-issue.heat.value, issue.message_ids))


def _issue(typical: Sequence[Message], heat: Heat) -> FoundIssue:
    people = people_of(typical)
    in_time = sorted(typical, key=lambda message: (message.at, message.id))
    open_ones = [message for message in typical if not message.is_confidential]
    divisions = _counted([message.division_code for message in typical])
    is_of_one_county = len(division_prefix(place_of(divisions) or NATION)) >= COUNTY
    titles = (one.title if is_of_one_county else one.matter[0] for one in open_ones)
    named = next((title for title in titles if title.strip()), "")
    return FoundIssue(
        title=_shortened(redact(named).text),
        message_ids=tuple(message.id for message in in_time),
        heat=heat,
        first_at=in_time[0].at,
        last_at=in_time[-1].at,
        divisions=divisions,
        category=_verdict(typical, people, "category"),
        duty=_verdict(typical, people, "duty"),
        holder=_verdict(typical, people, "holder"),
        quotes=_quotes(typical),
    )


def _is_scattered(said: Sequence[int], people: int) -> bool:
    """Whether no two people speak of one class or county, though most of them speak of some;
    ``said`` is how many speak of each."""
    return len(said) > people / 2 and max(said) == 1


def _counties(typical: Sequence[Message]) -> list[int]:
    """How many people speak from each county that is known."""
    speakers = {
        (code, person)
        for message, person in zip(typical, people_of(typical), strict=True)
        if len(division_prefix(code := message.division_code[:COUNTY] or NATION)) == COUNTY
    }
    return list(Counter(code for code, _ in speakers).values())


def _verdict(typical: Sequence[Message], people: Sequence[str], name: str) -> Verdict:
    """What the people's messages say of class, duty or holder; of the last two, duty as surely
    as the class, and the holder as it is."""
    return verdict_of(
        Vote(person, getattr(message, name), 1.0 if name == "holder" else message.certainty)
        for message, person in zip(typical, people, strict=True)
    )


def _counted(values: Sequence[str]) -> tuple[tuple[str, int], ...]:
    """Each value and how often, the most frequent first; empty ones are left out."""
    counts = Counter(value for value in values if value)
    return tuple(sorted(counts.items(), key=lambda item: (-item[1], item[0])))


def _quotes(typical: Sequence[Message]) -> tuple[Quote, ...]:
    """The most typical messages, of different people and in different words."""
    quotes: list[Quote] = []
    seen: set[str] = set()
    for message, person in zip(typical, people_of(typical), strict=True):
        words = plain(message.text)
        if message.is_confidential or person in seen or words in seen:
            continue
        seen |= {person, words}
        title, text = redact(message.title).text, redact(message.text).text
        quotes.append(Quote(message.id, message.at, _shortened(title), _shortened(text)))
        if len(quotes) == QUOTES:
            break
    return tuple(quotes)


def _shortened(text: str) -> str:
    words = " ".join(text.split())
    return words if len(words) <= QUOTE_LENGTH else words[: QUOTE_LENGTH - 1] + "…"
