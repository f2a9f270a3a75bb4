"""Writes: requests and grants, reads, sharing in one step."""

from .reading import find_records, read_record
from .requests import (
    amend_request,
    compile_grants,
    decide_sharing,
    extend_answer,
    move_request,
    request_sharing,
)
from .sharing import expire_grants, refresh_snapshots, register_client, share_dataset

__all__ = [
    "amend_request",
    "compile_grants",
    "decide_sharing",
    "expire_grants",
    "extend_answer",
    "find_records",
    "move_request",
    "read_record",
    "refresh_snapshots",
    "register_client",
    "request_sharing",
    "share_dataset",
]
