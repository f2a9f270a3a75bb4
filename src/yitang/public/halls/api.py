"""The door of the room."""

from .actions import record_hall
from .connectors import COLUMNS, EXAMPLE, read_demands, read_demands_file
from .models import Hall, ServiceType, Window
from .queries import demands_of, hall_for, visible_halls
from .rules import WindowsPlan, windows_plan

__all__ = [
    "COLUMNS",
    "EXAMPLE",
    "Hall",
    "ServiceType",
    "Window",
    "WindowsPlan",
    "demands_of",
    "hall_for",
    "read_demands",
    "read_demands_file",
    "record_hall",
    "visible_halls",
    "windows_plan",
]
