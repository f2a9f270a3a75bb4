"""What a person can get wrong when asking how many people are needed."""

from __future__ import annotations

from yitang.ground.base.errors import InvalidInput


class StaffingInputInvalid(InvalidInput):
    code = "workforce.staffing_input_invalid"
    message = "{field} is {value}: {problem}."
