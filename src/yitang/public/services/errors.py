"""What can go wrong that a person can act on."""

from __future__ import annotations

from yitang.ground.base.errors import DomainError


class CodeUnknown(DomainError):
    code = "services.code_unknown"
    message = "{element}: {value!r} is not one of {allowed}."
    http_status = 422


class ItemFileUnreadable(DomainError):
    code = "services.item_file_unreadable"
    message = "{file} cannot be read as a list of service items: {problem}."
    http_status = 422


class MappingInvalid(DomainError):
    code = "services.mapping_invalid"
    message = "The mapping {file} is wrong: {problem}."
    http_status = 422


class SharingChangesNothing(DomainError):
    code = "services.sharing_changes_nothing"
    message = (
        "No item of a department here asks for what “{dataset}” holds, so sharing it with "
        "services would change nothing. Load the items that ask for it first."
    )
    http_status = 409


class ItemNotOpen(DomainError):
    """The item is suspended, cancelled or a draft."""

    code = "services.item_not_open"
    message = "“{item}” cannot be applied for at present."
    http_status = 409


class ItemNotOnline(DomainError):
    code = "services.item_not_online"
    message = "“{item}” has no form on this site yet; its guide says where to go."
    http_status = 409


class IdentityNotLinked(DomainError):
    """Prefilling looks records up by the applicant's identity number."""

    code = "services.identity_not_linked"
    message = (
        "Your account carries no identity number, so no record of yours can be looked up here. "
        "Any counter verifies the account with your identity card, once, or takes this "
        "application."
    )
    http_status = 409


class AnswerMissing(DomainError):
    code = "services.answer_missing"
    message = "{field} is missing; we found no record of it, so please fill it in."
    http_status = 422


class AnswerUnknown(DomainError):
    """A form sent back a field that the item's form does not have."""

    code = "services.answer_unknown"
    message = "The form has no field “{field}”. Please open the page again."
    http_status = 422


class AlreadySubmitted(DomainError):
    code = "services.already_submitted"
    message = "This application was submitted on {day}; it cannot be changed any more."
    http_status = 409


class AlreadyApplied(DomainError):
    """The same matter (this very child) is under way or done, whichever parent sent it."""

    code = "services.already_applied"
    message = "This was applied for already: application {number}. Look there how it stands."
    http_status = 409


class AlreadyTold(DomainError):
    """行政许可法 Art 32: what is missing is told once, all of it."""

    code = "services.already_told"
    message = "The applicant was told on {day} what to mend; that may be done once only."
    http_status = 409


class AnswerEmpty(DomainError):
    code = "services.answer_empty"
    message = "There is nothing in the answer. Write a few words, or add a photo or a PDF."
    http_status = 422


class AttachmentsTooMany(DomainError):
    code = "services.attachments_too_many"
    message = "{count} files are too many for one answer; at most {most} can be added."
    http_status = 422


class AttachmentsTooLarge(DomainError):
    code = "services.attachments_too_large"
    message = (
        "The files are {size} MB together; at most {most} MB can be added. "
        "Leave some out, or take the photos smaller."
    )
    http_status = 422


class AttachmentKindNotTaken(DomainError):
    code = "services.attachment_kind_not_taken"
    message = (
        "{file} is no photo (JPEG, PNG) and no PDF by what it holds. "
        "Take a photo of the paper instead."
    )
    http_status = 422


class AttachmentBroken(DomainError):
    code = "services.attachment_broken"
    message = "{file} is cut short: its end is missing. Take or save it again, and add it then."
    http_status = 422


class RecordChanged(DomainError):
    """Found when the records are read again before the decision."""

    code = "services.record_changed"
    message = (
        "Since the form was filled in, the record behind “{field}” has changed. "
        "Look at it before deciding."
    )
    http_status = 409


class VerificationNeeded(DomainError):
    """An approval stands on records as they are today, not as they were when the form was sent."""

    code = "services.verification_needed"
    message = "Before approving, have the records behind the application read again today."
    http_status = 409


class CertificateUnknown(DomainError):
    code = "services.certificate_unknown"
    message = "There is no certificate with the number {number}. Compare it letter by letter."
    http_status = 404


class CertificateNotValid(DomainError):
    code = "services.certificate_not_valid"
    message = "The certificate {number} is no longer valid, so it cannot be revoked again."
    http_status = 409


class RatingNotPossible(DomainError):
    code = "services.rating_not_possible"
    message = "A rating of one to five stars is possible once, when the matter is closed."
    http_status = 409
