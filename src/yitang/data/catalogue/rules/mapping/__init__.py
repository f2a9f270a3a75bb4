"""A portal's own fields recognised: by their names and by their values, never by the portal."""

from .names import name_scores, words_of_name
from .proposal import ENOUGH, MANY, Proposal, Proposed, propose
from .targets import NEEDED, TARGETS
from .values import EMPTY, Profile, as_text, profile_of

__all__ = [
    "EMPTY",
    "ENOUGH",
    "MANY",
    "NEEDED",
    "TARGETS",
    "Profile",
    "Proposal",
    "Proposed",
    "as_text",
    "name_scores",
    "profile_of",
    "propose",
    "words_of_name",
]
