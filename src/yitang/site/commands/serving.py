"""The site's processes: the web server, one background worker, and the clock that queues jobs."""

from __future__ import annotations

import contextlib
import errno
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from datetime import timedelta
from typing import NoReturn

from yitang.ground.base.errors import DomainError
from yitang.ground.plumbing.api import enqueue, now, periodic_jobs, requeue_abandoned_jobs, settings

EVERYWHERE = "0.0.0.0"  # noqa: S104  (only where it was asked for)
LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
TICK = 1.0
LAST_PORT = 65_535
GRACE = 8.0  # seconds a process has to end by itself


class PortInUse(DomainError):
    code = "site.port_in_use"
    message = "Port {port} is in use by another program. Use another one: --port {free}."
    http_status = 503


class HostUnknown(DomainError):
    code = "site.host_unknown"
    message = (
        "{host} is no address of this machine. Use --host 127.0.0.1, "
        "or --host 0.0.0.0 for every address it has."
    )
    http_status = 503


class PortForbidden(DomainError):
    code = "site.port_forbidden"
    message = "Port {port} is not open to this account. Use one above 1023: --port 8026."
    http_status = 503


class ProcessEnded(DomainError):
    code = "site.process_ended"
    message = "The {name} ended by itself with status {status}; its last words are above."
    http_status = 500


def check_port(host: str, port: int) -> None:
    """Raises, naming a free port where there is one, unless ``port`` of ``host`` can be had."""
    fault = _fault_of(host, port)
    if fault is None:
        return
    if fault == errno.EACCES:
        raise PortForbidden(port=port)
    if fault != errno.EADDRINUSE:
        raise HostUnknown(host=host)
    others = (*range(port + 1, LAST_PORT + 1), *range(port - 1, 1023, -1))
    raise PortInUse(port=port, free=next(one for one in others if _fault_of(host, one) is None))


def lan_address() -> str:
    """The address of this machine that a phone in the same network would use."""
    with (
        contextlib.suppress(OSError),
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe,
    ):
        # Nothing is sent: connecting a datagram socket only chooses the outgoing address.
        probe.connect(("192.0.2.1", 9))
        return str(probe.getsockname()[0])
    return "127.0.0.1"


def announce(host: str, port: int) -> str:
    """Print where the site is opened, with a QR code where a phone can; returns the name shown."""
    shown = lan_address() if host == EVERYWHERE else host
    address = f"http://{shown}:{port}/"
    print(f"\n{address}\n", flush=True)
    if shown not in LOOPBACK:
        import segno  # only here, or each command would wait for it

        segno.make(address).terminal(compact=True)
    return shown


def hosts_with(shown: str) -> dict[str, str]:
    """The environment of a site that is also asked for under ``shown``."""
    return {"YITANG_HOSTS": ",".join(dict.fromkeys([*settings().hosts, shown]))}


def serve(*, host: str, port: int, extra: Mapping[str, str]) -> int:
    """Run web server and worker until interrupted; raises ``ProcessEnded`` if one dies."""
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "yitang.site.config.settings",
        **extra,
    }
    commands = {
        "web server": [
            *("-m", "granian", "--interface", "wsgi", "--host", host, "--port", str(port)),
            *("--workers", "2", "--blocking-threads", "4", "--no-access-log"),
            *("--log-level", "warning", "yitang.site.config.wsgi:application"),
        ],
        "worker": ["-m", "django", "db_worker", "--queue-name", "*", "--interval", "1"],
    }
    requeue_abandoned_jobs(at=now(), after=timedelta(0))  # ours is the only worker here
    children = {
        name: subprocess.Popen(  # noqa: S603  (ours)
            [sys.executable, *words], env=environment, process_group=0
        )
        for name, words in commands.items()
    }
    previous = signal.signal(signal.SIGTERM, _interrupt)
    try:
        _watch(children)
    except KeyboardInterrupt:
        return 0
    finally:
        signal.signal(signal.SIGTERM, previous)
        for child in children.values():
            child.terminate()
        for child in children.values():
            end(child)


def end(child: subprocess.Popen[bytes], *, grace: float = GRACE) -> None:
    """Wait a little, then end it by force with what it began: a job cut short is run again."""
    try:
        child.wait(timeout=grace)
    except subprocess.TimeoutExpired:
        os.killpg(child.pid, signal.SIGKILL)
        child.wait()


def _watch(children: Mapping[str, subprocess.Popen[bytes]]) -> NoReturn:
    """Queue periodic jobs when they are due, until a child ends."""
    due = dict.fromkeys(periodic_jobs(), time.monotonic())
    while True:
        for name, child in children.items():
            if child.poll() is not None:
                raise ProcessEnded(name=name, status=child.returncode)
        for name, period in periodic_jobs().items():
            if time.monotonic() >= due[name]:
                enqueue(name)
                due[name] = time.monotonic() + period.total_seconds()
        time.sleep(TICK)


def _interrupt(signum: int, frame: object) -> None:
    raise KeyboardInterrupt


def _fault_of(host: str, port: int) -> int | None:
    """The system's number for what forbids listening there; ``None`` if nothing does."""
    try:
        family, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except (OSError, UnicodeError) as error:
        return getattr(error, "errno", None) or errno.EADDRNOTAVAIL
    return None
