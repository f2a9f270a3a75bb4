"""``yitang officers``: load organisations and officers, give posts, set passwords."""

from __future__ import annotations

import argparse
import getpass
import sys
from pathlib import Path

from yitang.ground.base.errors import NotFound
from yitang.ground.organisations.api import (
    User,
    appointments_of,
    close_account,
    give_one_time_password,
    load_officers,
    load_organisations,
    reset_second_factor,
    set_password,
    system_actor,
    user_by_username,
)
from yitang.ground.plumbing.api import now


def add_arguments(parser: argparse.ArgumentParser) -> None:
    words = parser.add_subparsers(dest="word", required=True)
    organisations = words.add_parser("organisations", help="load organisations from a CSV file")
    organisations.add_argument(
        "file", type=Path, help="columns name,short_name,credit_code,division,kind,duties"
    )
    load = words.add_parser("load", help="load officers and their posts from a CSV file")
    load.add_argument("file", type=Path, help="columns username,display_name,role,organisation")
    show = words.add_parser("show", help="the posts of one officer, past and present")
    password = words.add_parser("password", help="set a password, asked for or made")
    close = words.add_parser("close", help="end every post and close the account")
    factor = words.add_parser("factor", help="forget a lost second factor; it is set up anew")
    for parser_ in (show, password, close, factor):
        parser_.add_argument("username", help="the name to sign in with")
    password.add_argument(
        "--made", action="store_true",
        help="make one for one time and print it once; the next sign-in asks for another",
    )  # fmt: skip
    for parser_ in (password, factor):
        parser_.add_argument(
            "--reason", default="reset by the operator", help="why, as the ledger keeps it"
        )


def run(arguments: argparse.Namespace) -> int:
    at = now()
    if arguments.word == "organisations":
        loaded = load_organisations(arguments.file, actor=system_actor(), at=at)
        print(f"{loaded.total} organisations: {loaded.created} new, {loaded.updated} known before")
    elif arguments.word == "load":
        loaded = load_officers(arguments.file, actor=system_actor(), at=at)
        print(f"{loaded.total} posts: {loaded.created} new accounts")
    elif arguments.word == "show":
        for post in appointments_of(_user(arguments.username)):
            print(f"{post.valid_from} – {post.valid_to or ''}  {post.role}  {post.organisation}")
    elif arguments.word == "close":
        print(
            f"{close_account(user=_user(arguments.username), actor=system_actor(), at=at)} closed"
        )
    elif arguments.word == "factor":
        user = _user(arguments.username)
        reset_second_factor(user=user, reason=arguments.reason, actor=system_actor(), at=at)
        print(f"{user.username} sets up the second factor at the next sign-in")
    else:
        _give_password(_user(arguments.username), arguments.reason, made=arguments.made)
    return 0


def _user(username: str) -> User:
    user = user_by_username(username)
    if user is None:
        raise NotFound(kind="user", id=username)
    return user


def _give_password(user: User, reason: str, *, made: bool) -> None:
    actor, at = system_actor(), now()
    if made or not sys.stdin.isatty():
        password = give_one_time_password(user=user, reason=reason, actor=actor, at=at)
        print(f"password of {user.username}: {password}")
    else:
        set_password(user=user, password=getpass.getpass("New password: "), actor=actor, at=at)
