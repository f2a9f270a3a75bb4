"""``yitang demo``: the whole loop on the invented province, then the site."""

from __future__ import annotations

import argparse

from yitang.ground.plumbing.api import now, settings
from yitang.site.commands.serving import EVERYWHERE, announce, check_port, hosts_with, serve
from yitang.site.commands.values import between, port

from .running import Demonstration, run_steps
from .steps import STEPS

FEWEST = 50  # people; with fewer some departments have nothing to hand over


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--people", type=between(FEWEST, 10_000_000), default=50_000, help="people of the province"
    )
    parser.add_argument("--seed", type=int, default=1, help="another seed, another province")
    parser.add_argument("--port", type=port, default=8026, help="8026 if not given")
    parser.add_argument("--lan", action="store_true", help="let phones in the network open it")
    parser.add_argument("--no-serve", action="store_true", help="stop after the last step")
    parser.add_argument("--fresh", action="store_true", help="begin anew, forget the last run")


def run(arguments: argparse.Namespace) -> int:
    host = EVERYWHERE if arguments.lan else "127.0.0.1"
    if not arguments.no_serve:
        check_port(host, arguments.port)
    demonstration = Demonstration(
        home=settings().home, people=arguments.people, seed=arguments.seed, at=now()
    )
    with demonstration.alone():
        if arguments.fresh:
            demonstration.forget()
        run_steps(demonstration, STEPS)
    if arguments.no_serve:
        return 0
    shown = announce(host, arguments.port)
    return serve(host=host, port=arguments.port, extra=hosts_with(shown))
