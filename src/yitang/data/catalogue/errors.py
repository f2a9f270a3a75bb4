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


class EntryIncomplete(DomainError):
    code = "catalogue.entry_incomplete"
    message = "{code} cannot be proposed yet. It lacks: {missing}."
    http_status = 422


class DraftUnderWay(DomainError):
    code = "catalogue.draft_under_way"
    message = "A change of {code} is under way already, in case {number}. Go on with that one."
    http_status = 409


class DraftClosed(DomainError):
    code = "catalogue.draft_closed"
    message = "The draft of case {number} is {state} and cannot be written in now."
    http_status = 409


class DraftOutdated(DomainError):
    code = "catalogue.draft_outdated"
    message = (
        "{code} has been changed since this draft was made, in version {version}. "
        "Return it, so that the draft is brought up to that version."
    )
    http_status = 409


class VersionUnknown(NotFound):
    code = "catalogue.version_unknown"
    message = "There is no version {id} of a catalogue entry that you can see."


class LawChangeInFuture(DomainError):
    code = "catalogue.law_change_in_future"
    message = "The day of the change is {day}, which has not come yet. Give the day it took effect."
    http_status = 422


class DumpUnreadable(DomainError):
    code = "catalogue.dump_unreadable"
    message = "The file {file} cannot be read as a catalogue: {problem}."
    http_status = 422


class MappingIncomplete(DomainError):
    code = "catalogue.mapping_incomplete"
    message = (
        "In {file} no field was recognised as {target}. Say which it is; the fields are {fields}."
    )
    http_status = 422


class MappingWrong(DomainError):
    code = "catalogue.mapping_wrong"
    message = "{field} cannot be taken for {target}: {problem}."
    http_status = 422


class AnswerWrong(DomainError):
    code = "catalogue.answer_wrong"
    message = "The answer {key} = {value} cannot be used: {problem}."
    http_status = 422


class ImportUnknown(NotFound):
    code = "catalogue.import_unknown"
    message = "There is no import {id} that you can see. Uploaded files are forgotten after a day."


class DumpTooLarge(DomainError):
    code = "catalogue.dump_too_large"
    message = (
        "{file} has {size} MB; up to {limit} MB can be uploaded. Import it by the command line."
    )
    http_status = 413


class SystemUnknown(NotFound):
    code = "catalogue.system_unknown"
    message = "There is no system {id} in the register that you can see."


class SystemInvalid(DomainError):
    code = "catalogue.system_invalid"
    message = "The system {code} is wrong at {field}: {problem}."
    http_status = 422


class SystemCodeTaken(DomainError):
    code = "catalogue.system_code_taken"
    message = "The code {code} stands for another system already. Give this one a code of its own."
    http_status = 409


class SystemMoveRefused(DomainError):
    code = "catalogue.system_move_refused"
    message = "The system {code} is {state}; it cannot be {verb} from there."
    http_status = 409


class SystemEnded(DomainError):
    """What a system cost when it ended is counted; it does not change behind the figure."""

    code = "catalogue.system_ended"
    message = (
        "The system {code} has ended, so what it says stays as it is. "
        "Put it back in use first, or leave it."
    )
    http_status = 409


class SystemsFileInvalid(DomainError):
    code = "catalogue.systems_file_invalid"
    message = "{file} cannot be taken as a register of systems: {problem}."
    http_status = 422


class MoveUnknown(DomainError):
    code = "catalogue.move_unknown"
    message = "{verb} is no move of imported entries. Say one of {verbs}."
    http_status = 422


class NoWorkbook(DomainError):
    code = "catalogue.no_workbook"
    message = "{file} is no workbook made from the template of the catalogue; no cell is marked."
    http_status = 422
