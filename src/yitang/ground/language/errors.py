"""What can go wrong with texts, models of texts and the files they come from."""

from yitang.ground.base.errors import DomainError


class FileUnreadable(DomainError):
    code = "language.file_unreadable"
    message = "The file {path} cannot be read: {problem}."
    http_status = 422


class ColumnsMissing(DomainError):
    code = "language.columns_missing"
    message = "The file {path} has no column {columns}; it has {found}. Name the columns to use."
    http_status = 422


class ExamplesInsufficient(DomainError):
    code = "language.examples_insufficient"
    message = "{problem}. Give at least two classes with {needed} examples each."
    http_status = 422


class ModelUnreadable(DomainError):
    code = "language.model_unreadable"
    message = "The model {path} cannot be used: {problem}. Train it again."
    http_status = 422
