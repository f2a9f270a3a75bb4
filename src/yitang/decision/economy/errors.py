from yitang.ground.base.errors import DomainError


class IndicatorUnknown(DomainError):
    code = "economy.indicator_unknown"
    message = "There is no indicator {name}."
    http_status = 404


class FileUnreadable(DomainError):
    code = "economy.file_unreadable"
    message = "{file} cannot be read: {problem}."
    http_status = 422
