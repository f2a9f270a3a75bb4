"""``yitang start``: what an operator runs."""

from __future__ import annotations

import argparse

from yitang.ground.plumbing.api import settings

from .divisions import check_own_division
from .migrate import migrate
from .serving import EVERYWHERE, announce, check_port, hosts_with, serve
from .values import port


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--host", default="127.0.0.1", help="0.0.0.0: every address of this machine"
    )
    parser.add_argument("--lan", action="store_true", help="let phones in the network open it")
    parser.add_argument("--port", type=port, default=8026, help="8026 if not given")


def run(arguments: argparse.Namespace) -> int:
    host = EVERYWHERE if arguments.lan else arguments.host
    check_port(host, arguments.port)
    migrate()
    check_own_division()
    shown = announce(host, arguments.port)
    if not arguments.lan and shown not in settings().hosts:
        known = ",".join(settings().hosts)
        print(
            f"{shown} is not among YITANG_HOSTS ({known}), so the site refuses to be asked for "
            f"under it. Start with --lan, or set YITANG_HOSTS={known},{shown}",
            flush=True,
        )
    return serve(host=host, port=arguments.port, extra=hosts_with(shown) if arguments.lan else {})
