"""How much comes in without a name: appeals from one address or sender, guesses of numbers."""

from __future__ import annotations

from ipaddress import IPv6Address, IPv6Network, ip_address

from yitang.ground.plumbing.api import count_done, times_done
from yitang.public.hotline.errors import NumberUnknown, TooManyAppeals, TooManyGuesses
from yitang.public.hotline.models import Appeal
from yitang.public.hotline.queries import appeal_by_number

MINUTE, HOUR = 60, 3600
HOURLY = 6  # times as many in an hour as in a minute
OF_ONE_SENDER = "hotline.sent_by"
FROM_ADDRESS = "hotline.sent_from"
GUESSED = "hotline.guessed_from"


def check_may_send(*, address: str, sender: str, most: int) -> None:
    """Count an appeal sent by oneself; raises ``TooManyAppeals`` beyond ``most`` a minute from one
    address, six times as many an hour, and ``most`` an hour of one sender: an account, or the
    telephone number that was left. ``most`` 0 sets no limit."""
    if not most:
        return
    who = _network_of(address)
    is_much = count_done(FROM_ADDRESS, who=who, seconds=MINUTE) > most
    is_much |= count_done(FROM_ADDRESS, who=who, seconds=HOUR) > most * HOURLY
    if sender:
        is_much |= count_done(OF_ONE_SENDER, who=sender, seconds=HOUR) > most
    if is_much:
        raise TooManyAppeals


def appeal_followed(*, number: str, address: str, most: int) -> Appeal:
    """The appeal with this short number, unless its address guessed ``most`` wrong ones within a
    minute, or six times as many within an hour.

    Raises ``TooManyGuesses``, ``NumberUnknown``, ``CaseNumberGiven``.
    """
    who = _network_of(address)
    if most and (
        times_done(GUESSED, who=who, seconds=MINUTE) >= most
        or times_done(GUESSED, who=who, seconds=HOUR) >= most * HOURLY
    ):
        raise TooManyGuesses
    try:
        return appeal_by_number(number)
    except NumberUnknown:
        for seconds in (MINUTE, HOUR):
            count_done(GUESSED, who=who, seconds=seconds)
        raise


def _network_of(address: str) -> str:
    """An address, of version 6 its /64: whoever has one has all of it."""
    try:
        found = ip_address(address)
    except ValueError:
        return address
    if isinstance(found, IPv6Address):
        return str(IPv6Network(f"{found}/64", strict=False).network_address)
    return str(found)
