"""The door of the room."""

from .access import can_request, check_can_request, check_can_use
from .actions import (
    amend_request,
    compile_grants,
    decide_sharing,
    expire_grants,
    extend_answer,
    find_records,
    move_request,
    read_record,
    refresh_snapshots,
    register_client,
    request_sharing,
    share_dataset,
)
from .events import DatasetShared, GrantStopped
from .models import Grant, SharingRequest
from .pipeline import publish_snapshot, published
from .queries import (
    active_grant,
    case_matters,
    exchange_folder,
    grant_for,
    grant_uses,
    grants_of,
    register_matter_finder,
    request_for,
    requests_of,
    supplied_datasets,
    used_today,
)
from .rules import Matter, Provenance, Record

__all__ = [
    "DatasetShared",
    "Grant",
    "GrantStopped",
    "Matter",
    "Provenance",
    "Record",
    "SharingRequest",
    "active_grant",
    "amend_request",
    "can_request",
    "case_matters",
    "check_can_request",
    "check_can_use",
    "compile_grants",
    "decide_sharing",
    "exchange_folder",
    "expire_grants",
    "extend_answer",
    "find_records",
    "grant_for",
    "grant_uses",
    "grants_of",
    "move_request",
    "publish_snapshot",
    "published",
    "read_record",
    "refresh_snapshots",
    "register_client",
    "register_matter_finder",
    "request_for",
    "request_sharing",
    "requests_of",
    "share_dataset",
    "supplied_datasets",
    "used_today",
]
