"""What can go wrong with divisions, organisations, people and posts."""

from __future__ import annotations

from yitang.ground.base.errors import DomainError, InvalidInput, NotAllowed, NotFound
from yitang.ground.base.text import Message


class Either(tuple[Message, ...]):
    """Several texts of ours as one parameter: ``site`` translates each and joins them."""

    __slots__ = ()

    def __str__(self) -> str:
        return " or ".join(map(str, self))


class DivisionUnknown(NotFound):
    code = "organisations.division_unknown"
    message = "There is no division with the code {code}. Load it, or correct the code."


class DivisionNotInForce(DomainError):
    code = "organisations.division_not_in_force"
    message = "{name} ({code}) was not a division on {day}."
    http_status = 422


class RowInvalid(InvalidInput):
    """One row of a file a person handed in; nothing of the file was taken over."""

    code = "organisations.row_invalid"
    message = "{file}, row {row}, {field}: {problem}. Mend it and load the file again."


class ColumnsMissing(InvalidInput):
    code = "organisations.columns_missing"
    message = "{file} lacks the columns {columns}. Its first row must name them."


class FileUnreadable(InvalidInput):
    code = "organisations.file_unreadable"
    message = "{file} cannot be read: {problem}. Save it as UTF-8 or GBK text and try again."


class OrganisationUnknown(NotFound):
    code = "organisations.organisation_unknown"
    message = "There is no organisation {id}."


class RoleUnknown(InvalidInput):
    code = "organisations.role_unknown"
    message = "There is no role {role}."


class UsernameTaken(DomainError):
    code = "organisations.username_taken"
    message = "The user name {username} is taken. Choose another."
    http_status = 409


class PersonHasAccount(DomainError):
    code = "organisations.person_has_account"
    message = "This person already has an account. Use that one."
    http_status = 409


class AlreadyVerified(DomainError):
    code = "organisations.already_verified"
    message = (
        "The account {username} cannot be verified here: it is verified already, closed, or your "
        "own."
    )
    http_status = 409


class PowersNotSeparate(DomainError):
    """The three administrators watch each other, so no one person is two of them (等保三级)."""

    code = "organisations.powers_not_separate"
    message = (
        "{name} is {held} and cannot also be {wanted}: administrators of system, security and "
        "audit are three people, and none of them handles business."
    )
    http_status = 409


class AppointmentInvalid(DomainError):
    code = "organisations.appointment_invalid"
    message = "This appointment cannot be made: {problem}."
    http_status = 422


class SignInNotYoursToReset(NotAllowed):
    """An administrator who could reset another's would hold two powers with one password."""

    code = "organisations.sign_in_not_yours_to_reset"
    message = (
        "How {name} signs in is not yours to reset: {reason}. The operator does it with "
        "yitang officers."
    )


class NoSecondFactor(DomainError):
    code = "organisations.no_second_factor"
    message = "{username} has no second factor; the next sign-in asks to set one up."
    http_status = 409


class SignInNeeded(NotAllowed):
    code = "organisations.sign_in_needed"
    message = "Sign in first: this is not open to everyone."
    http_status = 401


class RoleMissing(NotAllowed):
    code = "organisations.role_missing"
    message = "This is done by {roles}. You do not hold that post today."


class OfficersOnly(NotAllowed):
    code = "organisations.officers_only"
    message = "This page is for officers. You hold no post today."


class OutsideDivision(NotAllowed):
    code = "organisations.outside_division"
    message = "This belongs to division {code}, outside your post's area ({own})."


class OutsideOrganisation(NotAllowed):
    code = "organisations.outside_organisation"
    message = "This belongs to another organisation. Ask it, or have the matter passed to yours."


class NotYours(NotAllowed):
    code = "organisations.not_yours"
    message = "This belongs to another person."


class OutsideDuties(NotAllowed):
    code = "organisations.outside_duties"
    message = "Your organisation is not charged with this ({duty})."


class ProposalUnknown(NotFound):
    code = "organisations.proposal_unknown"
    message = "There is no proposed organisation {id} that you may see."


class ProposalNameless(InvalidInput):
    code = "organisations.proposal_nameless"
    message = "Name the organisation in full, in 2 to 200 characters."


class OrganisationKnown(DomainError):
    code = "organisations.organisation_known"
    message = "{name} of {division} is registered already. Choose it from the list."
    http_status = 409


class ProposalDecided(DomainError):
    code = "organisations.proposal_decided"
    message = "{name} was decided already: {state}. Read the list again."
    http_status = 409


class CreditCodeWrong(InvalidInput):
    code = "organisations.credit_code_wrong"
    message = "The credit code is wrong: {problem}. Correct it, or leave it empty for now."


class ReasonMissing(InvalidInput):
    code = "organisations.reason_missing"
    message = "Say why {name} is not founded; who proposed it reads the reason."
