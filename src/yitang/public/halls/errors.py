"""What can be wrong with a table of matters, or with asking about a hall."""

from __future__ import annotations

from yitang.ground.base.errors import InvalidInput, NotFound


class HallRowInvalid(InvalidInput):
    code = "halls.row_invalid"
    message = "{file}, row {row}, {field}: {problem}. Mend it and try again."


class HallTableInvalid(InvalidInput):
    code = "halls.table_invalid"
    message = "{file} cannot be used: {problem}."


class HallUnknown(NotFound):
    code = "halls.hall_unknown"
    message = "There is no hall {id} that you can see."
