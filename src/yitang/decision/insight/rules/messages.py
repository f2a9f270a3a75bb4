"""What the rules of this room see of an appeal, whoever keeps it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from yitang.ground.base.clock import civil_date


@dataclass(frozen=True, slots=True)
class Message:
    """One thing one person said. ``user_key`` tells people apart and is empty for nobody known.

    ``areas`` are the names of the province, city and county that it lies in, which say nothing of
    its matter.
    """

    id: str
    user_key: str
    title: str
    text: str
    at: datetime
    division_code: str = ""
    areas: tuple[str, ...] = ()
    category: str = ""
    certainty: float = 1.0  # of the category; 1 when a person chose it
    duty: str = ""  # by which the category is dispatched
    holder: str = ""  # public id of the organisation that holds it now
    number: str = ""
    is_confidential: bool = False

    @property
    def matter(self) -> tuple[str, str]:
        """Title and text without the names of the areas."""
        title, text = self.title, self.text
        for area in self.areas:
            title, text = title.replace(area, ""), text.replace(area, "")
        return title, text

    @property
    def day(self) -> int:
        """The civil day as an ordinal."""
        return civil_date(self.at).toordinal()
