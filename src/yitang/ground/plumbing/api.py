"""The door of the room."""

from . import workbooks
from .aliases import merge_reference, resolve_reference
from .bulk import insert_rows, new_row
from .clock import now, working_calendar
from .encryption import EncryptedTextField, blind_index, decrypt, derived_key, encrypt
from .events import Event, announce, register_listener, registered_events
from .jobs_queue import (
    enqueue,
    periodic_jobs,
    register_job,
    registered_jobs,
    requeue_abandoned_jobs,
    run_job,
)
from .limits import count_done, times_done
from .models import KeptResponse
from .pagination import Page, cursor_of, key_of, numbers_of
from .replays import answer_once, forget_responses
from .request_id import current_request_id, request_id_bound
from .requests import check_readable, unreadable
from .settings import SettingInvalid, Settings, load_settings, settings
from .signing import check_signature, public_key, sign
from .texts import translated

__all__ = [
    "EncryptedTextField",
    "Event",
    "KeptResponse",
    "Page",
    "SettingInvalid",
    "Settings",
    "announce",
    "answer_once",
    "blind_index",
    "check_readable",
    "check_signature",
    "count_done",
    "current_request_id",
    "cursor_of",
    "decrypt",
    "derived_key",
    "encrypt",
    "enqueue",
    "forget_responses",
    "insert_rows",
    "key_of",
    "load_settings",
    "merge_reference",
    "new_row",
    "now",
    "numbers_of",
    "periodic_jobs",
    "public_key",
    "register_job",
    "register_listener",
    "registered_events",
    "registered_jobs",
    "request_id_bound",
    "requeue_abandoned_jobs",
    "resolve_reference",
    "run_job",
    "settings",
    "sign",
    "times_done",
    "translated",
    "unreadable",
    "workbooks",
    "working_calendar",
]
