"""Writes of the hotline: filing, dispatch and answers, files of appeals, classes and settings."""

from .configuring import assign_duties, before_of, configure, train_categories
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

__all__ = [
    "answer_appeal",
    "answer_at_once",
    "arbitrate_appeal",
    "assign_duties",
    "before_of",
    "call_back",
    "configure",
    "dispatch_appeal",
    "file_appeal",
    "import_appeals",
    "record_contact",
    "refer_appeal",
    "return_appeal",
    "reveal_caller",
    "sign_for_appeal",
    "train_categories",
]
