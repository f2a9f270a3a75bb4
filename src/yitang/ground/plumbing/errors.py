from yitang.ground.base.errors import DomainError


class SecretUnreadable(DomainError):
    code = "plumbing.secret_unreadable"
    message = (
        "The encrypted value of {field} cannot be read: it was altered, or the key is another."
    )
    http_status = 500


class JobUnknown(DomainError):
    code = "plumbing.job_unknown"
    message = "No job is registered under the name {name}."
    http_status = 500


class ReplayDiffers(DomainError):
    """The same ``Idempotency-Key`` came again with another content."""

    code = "plumbing.replay_differs"
    message = "This was already sent with other content. Open the page again and send it once."
    http_status = 409


class CursorInvalid(DomainError):
    code = "plumbing.cursor_invalid"
    message = "The page mark is damaged. Start again from the first page."
    http_status = 400


class SignatureInvalid(DomainError):
    code = "plumbing.signature_invalid"
    message = "The signature does not fit: the content was changed, or another key signed it."
    http_status = 400


class DiskFull(DomainError):
    code = "plumbing.disk_full"
    message = (
        "There is no space left on the disk. Free some and do it again: "
        "what was accepted before is kept."
    )
    http_status = 507


class DatabaseSilent(DomainError):
    code = "plumbing.database_silent"
    message = (
        "The database does not answer ({problem}). See that it runs and that "
        "YITANG_DATABASE_URL names it: what was accepted before is kept."
    )
    http_status = 503


class TablesMissing(DomainError):
    code = "plumbing.tables_missing"
    message = (
        "The database lacks tables or columns of this release ({problem}). "
        "Make them with: yitang migrate."
    )
    http_status = 503


class TextUnreadable(DomainError):
    """Characters that PostgreSQL refuses and SQLite keeps: both doors refuse them alike."""

    code = "plumbing.text_unreadable"
    message = "A text holds characters that no database keeps (NUL, half a pair). Take them out."
    http_status = 400


class RequestTooLarge(DomainError):
    code = "plumbing.request_too_large"
    message = "More was sent than is taken at once ({most}). Send it in parts."
    http_status = 413


class MethodNotTaken(DomainError):
    code = "plumbing.method_not_taken"
    message = "Nothing here can be done with {method}. Use {allowed}."
    http_status = 405


class AddressUnknown(DomainError):
    code = "plumbing.address_unknown"
    message = "There is nothing at this address. Correct it and try again."
    http_status = 404


class RequestUnreadable(DomainError):
    code = "plumbing.request_unreadable"
    message = "The request cannot be read. Correct it and send it again."
    http_status = 400
