"""Writes: accounts, posts, and files taken over whole."""

from .loading import Loaded, load_divisions, load_officers, load_organisations
from .people import appoint, close_account, create_user, end_appointment, set_password, system_actor
from .proposals import confirm_organisation, propose_organisation, refuse_organisation
from .provisional import register_provisional_organisation
from .signing_in import give_one_time_password, reset_second_factor
from .verifying import verify_identity

__all__ = [
    "Loaded",
    "appoint",
    "close_account",
    "confirm_organisation",
    "create_user",
    "end_appointment",
    "give_one_time_password",
    "load_divisions",
    "load_officers",
    "load_organisations",
    "propose_organisation",
    "refuse_organisation",
    "register_provisional_organisation",
    "reset_second_factor",
    "set_password",
    "system_actor",
    "verify_identity",
]
