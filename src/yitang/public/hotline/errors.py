"""What can go wrong with an appeal that a person can act on."""

from __future__ import annotations

from yitang.ground.base.errors import DomainError, InvalidInput, NotFound


class TextMissing(InvalidInput):
    code = "hotline.text_missing"
    message = "Say in a sentence what happened; then we can pass it on."


class TextTooLong(InvalidInput):
    code = "hotline.text_too_long"
    message = "The text has {length} characters; {most} are read. Keep what matters most."


class PhoneInvalid(InvalidInput):
    code = "hotline.phone_invalid"
    message = (
        "A telephone number is a mobile of 11 digits that begins with 1, or a landline with its "
        "area code, such as 0591-87654321. Correct it, or leave it out."
    )


class TierUnknown(InvalidInput):
    code = "hotline.tier_unknown"
    message = "There is no urgency {tier}. Known: {known}."


class CategoryUnknown(InvalidInput):
    code = "hotline.category_unknown"
    message = "There is no class “{label}”. Take one that this hotline has learnt."


class NothingCorrected(InvalidInput):
    code = "hotline.nothing_corrected"
    message = "Nothing differs from what stands there. Choose what shall change, then send it."


class TooManyAppeals(DomainError):
    code = "hotline.too_many_appeals"
    message = "Many appeals came from here just now. Wait a minute, or ring 12345."
    http_status = 429


class TooManyGuesses(DomainError):
    code = "hotline.too_many_guesses"
    message = "Many numbers that are none were asked for from here. Wait a minute, or ring 12345."
    http_status = 429


class NumberUnknown(NotFound):
    code = "hotline.number_unknown"
    message = "There is no appeal with the number {number}. Compare it with your message."


class CaseNumberGiven(NumberUnknown):
    code = "hotline.case_number_given"
    message = (
        "“{number}” is the number of the office's case. To see how far it is, use the other "
        "number: eight letters and digits, such as ABCD-EFGH, that you were given with it."
    )


class ReturnedBefore(DomainError):
    """Each appeal is returned to the dispatcher once; what follows is arbitration."""

    code = "hotline.returned_before"
    message = "Appeal {number} was returned once already; it cannot be returned again."
    http_status = 409


class ReturnTooLate(DomainError):
    code = "hotline.return_too_late"
    message = "Appeal {number} could be returned until {until}. Sign for it and take the lead."
    http_status = 409


class HolderMissing(InvalidInput):
    code = "hotline.holder_missing"
    message = "Choose the organisation that shall handle the appeal."


class AnswerMissing(InvalidInput):
    code = "hotline.answer_missing"
    message = "Write the answer as the caller shall read it."


class CallBackOpen(InvalidInput):
    code = "hotline.call_back_open"
    message = "{question} Answer it before the call-back is kept."


class NothingToCallBack(DomainError):
    code = "hotline.nothing_to_call_back"
    message = "Appeal {number} has not been answered yet, so there is nothing to ask about."
    http_status = 409


class PurposeMissing(InvalidInput):
    code = "hotline.purpose_missing"
    message = "Say what you need the caller's identity for; it is written into the ledger."


class IdentityKept(DomainError):
    """The caller asked for secrecy: only the hotline itself may call back."""

    code = "hotline.identity_kept"
    message = "The caller asked to stay unknown to the handling unit. Ask the hotline to call."
    http_status = 403


class CallerUnknown(DomainError):
    code = "hotline.caller_unknown"
    message = "This caller left no name and no number."
    http_status = 404


class FileUnreadable(InvalidInput):
    code = "hotline.file_unreadable"
    message = "{file} cannot be read: {problem}. Save it as CSV in UTF-8 or GBK and try again."


class ColumnUnknown(InvalidInput):
    code = "hotline.column_unknown"
    message = "{file} has no column {column}. Its columns: {found}."


class MappingIncomplete(InvalidInput):
    code = "hotline.mapping_incomplete"
    message = (
        "No column of {file} is mapped to {field}. Add --map {field}=COLUMN; columns: {found}."
    )


class MappingUnknown(InvalidInput):
    code = "hotline.mapping_unknown"
    message = "An appeal has no field {field}. Fields: {known}."


class NotTrained(DomainError):
    code = "hotline.not_trained"
    message = "No classes have been learnt yet: run `yitang appeals train FILE` first."
    http_status = 409


class ConfigurationInvalid(InvalidInput):
    code = "hotline.configuration_invalid"
    message = "{file}: {field} is wrong: {problem}."
