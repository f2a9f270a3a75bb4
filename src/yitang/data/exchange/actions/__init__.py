"""Writes: requests and grants, reads, sharing in one step."""

from .keys import add_key, revoke_key, rotate_key
from .reading import find_records, read_record
from .requests import (
    amend_request,
    compile_grants,
    decide_sharing,
    extend_answer,
    move_request,
    request_sharing,
)
from .sharing import expire_grants, refresh_snapshots, share_dataset

__all__ = [
    "add_key",
    "amend_request",
    "compile_grants",
    "decide_sharing",
    "expire_grants",
    "extend_answer",
    "find_records",
    "move_request",
    "read_record",
    "refresh_snapshots",
    "request_sharing",
    "revoke_key",
    "rotate_key",
    "share_dataset",
]
