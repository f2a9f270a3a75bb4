"""What can go wrong when data are asked for, granted and read."""

from __future__ import annotations

from yitang.ground.base.errors import DomainError, InvalidInput


class RequestIncomplete(InvalidInput):
    """Decree 809 Art 20: everything that is missing is said at once."""

    code = "exchange.request_incomplete"
    message = "The request cannot be sent yet. Missing: {missing}."


class EndPassed(InvalidInput):
    """A grant until a day that has gone would be granted, and let nothing be read."""

    code = "exchange.end_passed"
    message = "{day} has passed. Name a last day from today on."


class FieldsUnknown(InvalidInput):
    code = "exchange.fields_unknown"
    message = "{dataset} has no data item {fields}."


class DatasetNotShareable(DomainError):
    """Sharing class 3: a law or State Council decision forbids it (Decree 809 Art 14)."""

    code = "exchange.dataset_not_shareable"
    message = "{dataset} is not shared: {basis}."
    http_status = 409


class OwnDataset(DomainError):
    code = "exchange.own_dataset"
    message = "{dataset} is your own organisation's; nothing needs to be requested."
    http_status = 409


class AlreadyReturned(DomainError):
    """Decree 809 Art 21: the provider says once everything that is missing."""

    code = "exchange.already_returned"
    message = (
        "Request {number} was returned for completion before; now agree, or refuse with reasons."
    )
    http_status = 409


class NothingToSupply(DomainError):
    code = "exchange.nothing_to_supply"
    message = "{dataset} holds no gathered rows yet; gather a batch first."
    http_status = 409


class RequestUnknown(DomainError):
    code = "exchange.request_unknown"
    message = "There is no sharing request {id} that you can see."
    http_status = 404


class Denied(DomainError):
    """A read that the grant does not cover; it leaves a ledger entry."""

    code = "exchange.denied"
    message = "The read is refused."
    http_status = 403


class NoSuchGrant(Denied):
    """Another's grant, or none: the answer does not say which."""

    code = "exchange.no_such_grant"
    message = "There is no grant {id} of yours. Its id is in the address of the grant's page."


class GrantUnknown(Denied):
    code = "exchange.grant_unknown"
    message = "No grant lets {organisation} read {dataset} for this purpose."


class GrantInactive(Denied):
    code = "exchange.grant_inactive"
    message = "Grant {number} is {state}; nothing can be read under it."


class GrantOutOfTime(Denied):
    code = "exchange.grant_out_of_time"
    message = "Grant {number} holds from {first} to {last}."


class OrganisationDiffers(Denied):
    code = "exchange.organisation_differs"
    message = "Grant {number} was given to {organisation}; you do not act for it."


class PurposeDiffers(Denied):
    code = "exchange.purpose_differs"
    message = "Grant {number} is for “{granted}”, not for “{purpose}”."


class MatterNotCovered(Denied):
    code = "exchange.matter_not_covered"
    message = "Grant {number} asks for the matter that the read serves: {kinds}."


class MatterUnknown(Denied):
    """One sentence for what is not there, is closed, or is another office's: none is told apart."""

    code = "exchange.matter_unknown"
    message = "There is no open matter {matter} of yours; name the one that you are working on."


class FieldsNotGranted(Denied):
    code = "exchange.fields_not_granted"
    message = "Grant {number} does not cover {fields}."


class ColumnNotSearchable(Denied):
    code = "exchange.column_not_searchable"
    message = "{dataset} cannot be searched by {column}; searchable: {searchable}."


class QuotaSpent(Denied):
    code = "exchange.quota_spent"
    message = "The {quota} reads a day of grant {number} are used up until tomorrow."
    http_status = 429


class NothingPublished(DomainError):
    """The dataset was granted, but its snapshot is not there (yet)."""

    code = "exchange.nothing_published"
    message = "{dataset} is not ready to be read; its owner has to supply it first."
    http_status = 503


class KeyInvalid(InvalidInput):
    code = "exchange.key_invalid"
    message = "This is no Ed25519 public key: it has 32 bytes, 64 hexadecimal digits."


class KeyKnown(DomainError):
    """Whether revoked or not: a key that was given away once is not used again."""

    code = "exchange.key_known"
    message = "The key {fingerprint} was added before; make a new pair of keys."
    http_status = 409


class KeyUnknown(DomainError):
    code = "exchange.key_unknown"
    message = "There is no key {id} of an organisation of yours."
    http_status = 404


class KeyRevoked(DomainError):
    code = "exchange.key_revoked"
    message = "The key {fingerprint} was revoked on {day} already."
    http_status = 409


class CallRefused(DomainError):
    """A call to the gateway that is not signed as it should be."""

    code = "exchange.call_refused"
    message = "The call is refused: {problem}."
    http_status = 401


class CallTooLarge(DomainError):
    code = "exchange.call_too_large"
    message = "The body is larger than {most} bytes. Ask for one record a call."
    http_status = 413


class CallInvalid(DomainError):
    code = "exchange.call_invalid"
    message = "The call cannot be read: {problem}."
    http_status = 400
