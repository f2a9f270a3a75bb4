"""Tables of other people's databases, read in one go and changed in nothing."""

from .location import checked_location, database_url, shown_location
from .reading import database_delivery, latest_value
from .window import Window

__all__ = [
    "Window",
    "checked_location",
    "database_delivery",
    "database_url",
    "latest_value",
    "shown_location",
]
