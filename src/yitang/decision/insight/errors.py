"""What can go wrong with hot issues and measures."""

from yitang.ground.base.errors import DomainError


class MessagesUnreadable(DomainError):
    code = "insight.messages_unreadable"
    message = "{path}, row {row}: {problem}."
    http_status = 422


class MeasureInvalid(DomainError):
    code = "insight.measure_invalid"
    message = "The measure cannot be noted: {problem}."
    http_status = 422
