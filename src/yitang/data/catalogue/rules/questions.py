"""What a file leaves open: asked once for all records alike, and how an answer must look."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from yitang.data.catalogue.errors import AnswerWrong, MappingWrong
from yitang.ground.base.text import Message

from .intake import Reading
from .lists import FORMATS, UPDATE_CYCLES
from .mapping import MANY, TARGETS
from .wording import Openness

# Answers by key: alone for all records, or ``key:word`` for the records that say that word.
CHOICES: Mapping[str, tuple[str, ...]] = {
    "cycle": tuple(UPDATE_CYCLES),
    "format": tuple(FORMATS),
    "openness": tuple(Openness),
}
FREE = ("department", "organisation", "condition", "legal_basis")


@dataclass(frozen=True, slots=True)
class Question:
    """One thing nobody could know: the key to answer, how many records wait, what is done else."""

    key: str
    text: Message
    records: int
    choices: tuple[str, ...] = ()
    otherwise: str = ""  # what it is taken for without an answer; empty: the records are rejected


def questions_of(readings: Sequence[Reading], unknown: Mapping[str, int]) -> list[Question]:
    """Every open question, the ones that hold up most records first."""
    doubts: Counter[tuple[str, str, str]] = Counter()
    for reading in readings:
        if reading.rejected is None:
            doubts.update((d.key, d.said, d.taken_for) for d in reading.doubts)
    found = [
        Question(
            f"department:{name}",
            Message(
                "catalogue.question.department", "Which organisation is {name}?", {"name": name}
            ),
            count,
        )
        for name, count in unknown.items()
    ]
    nameless = sum(
        r.rejected is not None and r.rejected.code == "catalogue.rejected.no_department"
        for r in readings
    )
    if nameless:
        said_nothing = Message(
            "catalogue.question.organisation",
            "Whose is data of which the portal names no department?",
        )
        found.append(Question("organisation", said_nothing, nameless))
    for (key, said, taken_for), count in doubts.items():
        kind = key.partition(":")[0]
        if kind in CHOICES:
            found.append(Question(key, _asked(kind, said), count, CHOICES[kind], taken_for))
    return sorted(
        found, key=lambda question: (bool(question.otherwise), -question.records, question.key)
    )


def _asked(kind: str, said: str) -> Message:
    if kind == "cycle":
        if said:
            return Message(
                "catalogue.question.cycle_word",
                "How often is data updated of which the portal says {said}?",
                {"said": said},
            )
        return Message(
            "catalogue.question.cycle",
            "How often is data updated of which the portal says nothing?",
        )
    if kind == "openness":
        if said:
            return Message(
                "catalogue.question.openness_word",
                "How open is data of which the portal says {said}?",
                {"said": said},
            )
        return Message(
            "catalogue.question.openness", "How open is data of which the portal says nothing?"
        )
    if said:
        return Message(
            "catalogue.question.format_word", "Which format is meant by {said}?", {"said": said}
        )
    return Message(
        "catalogue.question.format", "In which format is data of which the portal says nothing?"
    )


def _none_of(choices: Iterable[str]) -> Message:
    listed = ", ".join(choices)
    return Message("catalogue.mapping.none_of", "it is none of {choices}", {"choices": listed})


def check_answers(answers: Mapping[str, str]) -> None:
    """Raises ``AnswerWrong`` for a key that nobody asks, or a value that is none of its choices."""
    for key, value in answers.items():
        kind = key.partition(":")[0]
        if kind not in CHOICES and kind not in FREE:
            problem = Message(
                "catalogue.question.no_key",
                "keys are {keys}, and the same with a colon and the portal's word",
                {"keys": ", ".join([*CHOICES, *FREE])},
            )
            raise AnswerWrong(key=key, value=value, problem=problem)
        if kind in CHOICES and value not in CHOICES[kind]:
            problem = _none_of(CHOICES[kind])
            raise AnswerWrong(key=key, value=value, problem=problem)
        if not value.strip():
            raise AnswerWrong(key=key, value=value, problem="it is empty")


def check_given(given: Mapping[str, str], fields: Sequence[str]) -> None:
    """Raises ``MappingWrong`` for a field that is not there, a word that is no target, a double."""
    for name, target in given.items():
        problem: Message | None = None
        if name not in fields:
            problem = Message(
                "catalogue.mapping.no_field",
                "there is no such field; the fields are {fields}",
                {"fields": ", ".join(fields[:40])},
            )
        elif target and target not in TARGETS:
            problem = _none_of(TARGETS)
        elif target and target not in MANY and list(given.values()).count(target) > 1:
            problem = Message("catalogue.mapping.double", "another field was given for it too")
        if problem:
            raise MappingWrong(field=name, target=target, problem=problem)
