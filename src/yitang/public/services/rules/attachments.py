"""Files an applicant adds to an answer: photos and PDF, told by what they hold."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from yitang.public.services.errors import (
    AttachmentBroken,
    AttachmentKindNotTaken,
    AttachmentsTooLarge,
    AttachmentsTooMany,
)

MOST_FILES = 5
MOST_MB = 15  # of all files of one answer together
LONGEST_NAME = 120
_TAIL = 2048  # a PDF may carry a little after its end mark


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of file that is taken, with the marks its content begins and ends with."""

    code: str
    content_type: str
    begins: bytes
    ends: bytes


KINDS = (
    Kind("jpeg", "image/jpeg", b"\xff\xd8\xff", b"\xff\xd9"),
    Kind("png", "image/png", b"\x89PNG\r\n\x1a\n", b"IEND"),
    Kind("pdf", "application/pdf", b"%PDF-", b"%%EOF"),
)
CONTENT_TYPES = {kind.code: kind.content_type for kind in KINDS}


@dataclass(frozen=True, slots=True)
class GivenFile:
    """A file as it was handed over."""

    name: str
    content: bytes


def kind_of(file: GivenFile) -> str:
    """``jpeg``, ``png`` or ``pdf``, by the content; raises for any other and for one cut short."""
    for kind in KINDS:
        if file.content.startswith(kind.begins):
            rest = file.content[len(kind.begins) :]
            if kind.ends not in (rest[-_TAIL:] if kind.code == "pdf" else rest):
                raise AttachmentBroken(file=file.name)
            return kind.code
    raise AttachmentKindNotTaken(file=file.name)


def check_files(files: Sequence[GivenFile]) -> list[str]:
    """The kind of each; raises unless all can be taken together."""
    if len(files) > MOST_FILES:
        raise AttachmentsTooMany(count=len(files), most=MOST_FILES)
    size = sum(len(file.content) for file in files)
    if size > MOST_MB * 2**20:
        raise AttachmentsTooLarge(size=-(-size // 2**20), most=MOST_MB)
    return [kind_of(file) for file in files]
