from yitang.ground.base.errors import DomainError, NotFound


class DatasetUnknown(NotFound):
    code = "catalogue.dataset_unknown"
    message = "There is no dataset {code} in the catalogue that you can see."


class SharingTermsWrong(DomainError):
    """Decree 809, Arts 14-15: what each sharing class must state."""

    code = "catalogue.sharing_terms_wrong"
    message = "The sharing terms of {code} are incomplete: {problem}."
    http_status = 422


class EntryInvalid(DomainError):
    code = "catalogue.entry_invalid"
    message = "The catalogue entry {code} is wrong at {field}: {problem}."
    http_status = 422


class CatalogueFileInvalid(DomainError):
    code = "catalogue.file_invalid"
    message = "The catalogue file {file} cannot be read: {problem}."
    http_status = 422


class OwnerUnknown(DomainError):
    code = "catalogue.owner_unknown"
    message = (
        "The entry {code} names {organisation} as its owner, which is not among the organisations. "
        "Load the organisation first, or correct the entry."
    )
    http_status = 422


class NotPublishable(DomainError):
    code = "catalogue.not_publishable"
    message = "{code} cannot be published: {problem}."
    http_status = 409
