"""Writes: accounts, posts, and files taken over whole."""

from .loading import Loaded, load_divisions, load_officers, load_organisations
from .people import appoint, close_account, create_user, end_appointment, set_password, system_actor

__all__ = [
    "Loaded",
    "appoint",
    "close_account",
    "create_user",
    "end_appointment",
    "load_divisions",
    "load_officers",
    "load_organisations",
    "set_password",
    "system_actor",
]
