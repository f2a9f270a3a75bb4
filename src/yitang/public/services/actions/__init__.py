"""Every write of the room, one file for each noun."""

from .applications import (
    answer_correction,
    decide_application,
    draft_application,
    form_of,
    log_visit,
    move_application,
    open_value,
    prefill_application,
    rate_application,
    reference_of,
    save_draft,
    submit_application,
    verify_application,
)
from .certificates import issue_certificate, revoke_certificate
from .followed import follow_case
from .items import ItemsReceipt, RejectedItem, load_items, take_items

__all__ = [
    "ItemsReceipt",
    "RejectedItem",
    "answer_correction",
    "decide_application",
    "draft_application",
    "follow_case",
    "form_of",
    "issue_certificate",
    "load_items",
    "log_visit",
    "move_application",
    "open_value",
    "prefill_application",
    "rate_application",
    "reference_of",
    "revoke_certificate",
    "save_draft",
    "submit_application",
    "take_items",
    "verify_application",
]
