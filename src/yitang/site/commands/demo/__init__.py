"""``yitang demo``: the whole loop on the invented province, then the site."""

from __future__ import annotations

import argparse
import os

import segno

from yitang.ground.plumbing.api import now, settings
from yitang.site.commands.serving import check_port, lan_address, serve
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
    host = "0.0.0.0" if arguments.lan else "127.0.0.1"  # noqa: S104  (asked for with --lan)
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
    shown = lan_address() if arguments.lan else host
    address = f"http://{shown}:{arguments.port}/"
    print(f"\n{address}\n")
    segno.make(address).terminal(compact=True)
    hosts = os.environ.get("YITANG_HOSTS", "127.0.0.1,localhost,[::1]")
    return serve(host=host, port=arguments.port, extra={"YITANG_HOSTS": f"{hosts},{shown}"})
