"""Every write of the room, one file for each noun."""

from .asides import ANSWER, Opened, log_visit, open_certificate, open_value, rate_application
from .attachments import OpenedAttachment, open_attachment
from .certificates import issue_certificate, revoke_certificate
from .drafts import (
    draft_application,
    prefill_application,
    save_draft,
    submit_application,
)
from .followed import follow_case
from .forms import form_of, reference_of
from .handover import hand_over_certificates
from .items import ItemsReceipt, RejectedItem, load_items, take_items
from .moves import (
    accept_overdue_applications,
    answer_correction,
    decide_application,
    move_application,
    verify_application,
)
from .sharing import (
    SharedWithServices,
    follow_grant,
    follow_stop,
    note_shared,
    share_with_services,
)

__all__ = [
    "ANSWER",
    "ItemsReceipt",
    "Opened",
    "OpenedAttachment",
    "RejectedItem",
    "SharedWithServices",
    "accept_overdue_applications",
    "answer_correction",
    "decide_application",
    "draft_application",
    "follow_case",
    "follow_grant",
    "follow_stop",
    "form_of",
    "hand_over_certificates",
    "issue_certificate",
    "load_items",
    "log_visit",
    "move_application",
    "note_shared",
    "open_attachment",
    "open_certificate",
    "open_value",
    "prefill_application",
    "rate_application",
    "reference_of",
    "revoke_certificate",
    "save_draft",
    "share_with_services",
    "submit_application",
    "take_items",
    "verify_application",
]
