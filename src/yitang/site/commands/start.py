"""``yitang start``: what an operator runs."""

from __future__ import annotations

import argparse

from .divisions import check_own_division
from .migrate import migrate
from .serving import check_port, serve
from .values import port


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--host", default="127.0.0.1", help="0.0.0.0: every address of this machine"
    )
    parser.add_argument("--port", type=port, default=8026, help="8026 if not given")


def run(arguments: argparse.Namespace) -> int:
    check_port(arguments.host, arguments.port)
    migrate()
    check_own_division()
    print(f"http://{arguments.host}:{arguments.port}/", flush=True)
    return serve(host=arguments.host, port=arguments.port, extra={})
