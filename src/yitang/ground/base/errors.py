"""The one root of every error that a person can act on.

A subclass is named for what happened. ``code`` is stable and documented in
``docs/errors.md``; ``message`` is the English template, which ``site`` translates
before the parameters are put in.
"""

from __future__ import annotations

import re
from typing import ClassVar


class DomainError(Exception):
    """Something went wrong that a person can act on."""

    code: ClassVar[str] = "base.domain_error"
    message: ClassVar[str] = "The request could not be carried out."
    http_status: ClassVar[int] = 400

    def __init__(self, **params: object) -> None:
        self.params = params
        super().__init__(self.message.format_map(params))

    @property
    def title(self) -> str:
        """Its name in words, ``Address unknown``: what a problem is called."""
        return re.sub(r"(?<!^)(?=[A-Z])", " ", type(self).__name__).capitalize()


class NotAllowed(DomainError):
    """The actor may not do this; the reason says why, in words a person can read."""

    code = "base.not_allowed"
    message = "You may not do this: {reason}."
    http_status = 403


class NotFound(DomainError):
    """There is no such thing, or the actor may not know that there is."""

    code = "base.not_found"
    message = "There is no {kind} {id} that you can see."
    http_status = 404


class InvalidInput(DomainError):
    """One value a person gave is wrong: which one, why, and what to do."""

    code = "base.invalid_input"
    message = "{field}: {problem}."
    http_status = 422


def all_domain_errors() -> list[type[DomainError]]:
    """Every error class loaded so far, the root included, ordered by code."""
    found: set[type[DomainError]] = set()
    waiting: list[type[DomainError]] = [DomainError]
    while waiting:
        error = waiting.pop()
        found.add(error)
        waiting.extend(error.__subclasses__())
    return sorted(found, key=lambda error: error.code)


def why_unread(error: Exception) -> str:
    """What hindered a file from being read, as words for the ``problem`` of an error."""
    if isinstance(error, OSError):
        return (error.strerror or "it cannot be opened").lower()
    if isinstance(error, UnicodeDecodeError):
        return "it is not text in UTF-8"
    return str(error)
