"""What drivers and servers say when something fails, in one sentence of ours.

Their own words are for whoever mends it: they go to the log and into the detail of the fetch,
without the password, and never into a sentence that people read.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from yitang.data.collection.errors import SourceUnreachable
from yitang.ground.base.text import Message

TOO_LATE = Message("collection.why", "it did not answer in time")
NOTHING_THERE = Message("collection.why", "nothing answers at this address")
NAME_UNKNOWN = Message("collection.why", "its name is not known in the network")
NOT_TRUSTED = Message("collection.why", "its certificate is not to be trusted")
BROKE_OFF = Message("collection.why", "the connection broke off")
NO_ENTRY = Message("collection.why", "user name or password is not accepted there")
NOT_OPEN = Message("collection.why", "its user may not read this table")
NO_DATABASE = Message("collection.why", "there is no database of this name")
NOT_READABLE = Message("collection.why", "the database file is not there or cannot be read")
FULL = Message("collection.why", "it has no connection free at present")
UNCLEAR = Message("collection.why", "it reported an error while it was read")
# What drivers write, in the order in which they are looked for.
_SPOKEN: Sequence[tuple[str, Message]] = (
    (r"certificate|ssl", NOT_TRUSTED),
    (r"password|authentication|access denied for user|no pg_hba", NO_ENTRY),
    (r"permission denied|command denied|insufficient privilege|ORA-01031", NOT_OPEN),
    (r"translate host name|name or service|getaddrinfo|nodename|no address assoc|resolve",
     NAME_UNKNOWN),
    (r"too many (clients|connections)|remaining connection slots", FULL),
    (r"database .* does not exist|unknown database", NO_DATABASE),
    (r"unable to open database|file is not a database|disk image is malformed", NOT_READABLE),
    (r"timed? ?out|statement timeout|canceling statement", TOO_LATE),
    (r"closed the connection|lost connection|terminat|reset by peer|gone away|broken pipe|"
     r"disconnected|incomplete|peer closed|eof|readerror|writeerror",
     BROKE_OFF),
    (r"refused|can't connect|could not connect|connect call failed|unreachable|no such file",
     NOTHING_THERE),
)  # fmt: skip


def reason_of(text: str) -> Message:
    """The sentence that stands for what a driver says."""
    for pattern, said in _SPOKEN:
        if re.search(pattern, text, re.IGNORECASE):
            return said
    return UNCLEAR


def unreachable(
    source: str, failure: Exception, *, attempts: int = 1, secret: str = ""
) -> SourceUnreachable:
    """The error to raise for what a driver raised; its words stay beside the sentence."""
    spoken = f"{type(failure).__name__}: {failure}"
    detail = spoken.replace(secret, "***") if secret else spoken
    error = SourceUnreachable(source=source, attempts=attempts, problem=reason_of(spoken))
    error.detail = detail[:2000]
    return error
