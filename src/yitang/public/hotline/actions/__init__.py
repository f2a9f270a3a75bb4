"""Writes of the hotline: filing, dispatch and answers, files of appeals, classes and settings."""

from .calls import add_call, earlier_appeals
from .configuring import assign_duties, before_of, configure, train_categories
from .correcting import correct_appeal
from .filing import file_appeal
from .handling import (
    answer_appeal,
    answer_at_once,
    arbitrate_appeal,
    call_back,
    dispatch_appeal,
    record_contact,
    refer_appeal,
    return_appeal,
    reveal_caller,
    sign_for_appeal,
)
from .imports import import_appeals
from .limits import appeal_followed, check_may_send

__all__ = [
    "add_call",
    "answer_appeal",
    "answer_at_once",
    "appeal_followed",
    "arbitrate_appeal",
    "assign_duties",
    "before_of",
    "call_back",
    "check_may_send",
    "configure",
    "correct_appeal",
    "dispatch_appeal",
    "earlier_appeals",
    "file_appeal",
    "import_appeals",
    "record_contact",
    "refer_appeal",
    "return_appeal",
    "reveal_caller",
    "sign_for_appeal",
    "train_categories",
]
