"""What can go wrong with a case that a person can act on."""

from __future__ import annotations

from yitang.ground.base.errors import DomainError, InvalidInput


class TransitionNotAllowed(DomainError):
    code = "casework.transition_not_allowed"
    message = "You cannot {verb} a case that is {state}: it has moved on, or was moved before."
    http_status = 409


class WorkflowUnknown(DomainError):
    """A case keeps the version it began with, so old versions stay registered."""

    code = "casework.workflow_unknown"
    message = "No workflow {name}, version {version}, is registered."
    http_status = 500


class CaseClosed(DomainError):
    code = "casework.case_closed"
    message = "Case {number} is closed; nothing about it can be changed any more."
    http_status = 409


class CasePaused(DomainError):
    code = "casework.case_paused"
    message = "Case {number} is paused: resume it first."
    http_status = 409


class CaseNotPaused(DomainError):
    code = "casework.case_not_paused"
    message = "Case {number} is not paused."
    http_status = 409


class ClockNotRunning(DomainError):
    code = "casework.clock_not_running"
    message = "No time limit is running for case {number}, so there is none to pause or extend."
    http_status = 409


class PauseReasonUnlawful(InvalidInput):
    """Only a reason that the law names stops a clock."""

    code = "casework.pause_reason_unlawful"
    message = "{reason} is no reason to stop the clock. Lawful reasons here: {lawful}."


class ExtensionNotAllowed(DomainError):
    code = "casework.extension_not_allowed"
    message = "The time limit of case {number} cannot be extended while it is {state}."
    http_status = 409


class ExtensionSpent(DomainError):
    code = "casework.extension_spent"
    message = "The time limit of case {number} was extended once already; there is no second time."
    http_status = 409


class ExtensionTooLate(DomainError):
    """The law extends a limit that still runs (行政许可法 Art 42, Decree 809 Art 21)."""

    code = "casework.extension_too_late"
    message = "The time limit of case {number} has run out; only one still running is extended."
    http_status = 409


class ExtensionTooLong(InvalidInput):
    code = "casework.extension_too_long"
    message = "An extension by {wanted} is more than the {most} that may be granted here."


class ReasonNeeded(InvalidInput):
    code = "casework.reason_needed"
    message = "Say why: to {verb} needs a reason."


class AssigneeElsewhere(InvalidInput):
    code = "casework.assignee_elsewhere"
    message = "{name} holds no post in {organisation}. Choose someone who works there."


class BoxUnknown(InvalidInput):
    code = "casework.box_unknown"
    message = "There is no box {box}. Boxes: {boxes}."
