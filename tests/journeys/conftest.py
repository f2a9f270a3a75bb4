"""A real Chromium before a live server: what every journey needs.

Each page a journey opens is watched: nothing may be asked of another host, the console stays
empty, and at the end of the journey a page that broke one of these fails it.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings as django_settings
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, Page, Response, sync_playwright
from pytest_django.live_server_helper import LiveServer

from tests.run import free_port
from yitang.ground.organisations.api import User

PROGRAMS = ("chromium", "chromium-browser", "google-chrome", "chrome")
PHONE, DESKTOP = 390, 1440
PAGE_BYTES = 150 * 1024
DEMO = ["yitang.site.commands.main", "demo", "--people", "400"]  # enough for hot issues
LONGEST_START = 300  # seconds
PATIENCE = 20_000  # milliseconds for a page of the demo, whose machine does other things too


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Journeys through the demo have its own server and database; the others the test's, and a
    browser sees the same whichever that is."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.journey)
            if "demo" not in getattr(item, "fixturenames", ()):
                item.add_marker(pytest.mark.django_db(transaction=True))
                item.add_marker(pytest.mark.once)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    program = next(filter(None, map(shutil.which, PROGRAMS)), None)
    if program is None:
        pytest.skip("no Chromium on this machine")
    # Playwright keeps an event loop in this thread; the ORM is still used from it alone.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=program,
            args=["--no-sandbox", "--disable-background-networking", "--disable-dev-shm-usage"],
        )
        yield browser
        browser.close()


@dataclass
class Visit:
    """One person at one browser; ``page`` is what they see."""

    page: Page
    base: str
    complaints: list[str] = field(default_factory=list)

    def open(self, path: str) -> Response:
        response = self.page.goto(self.base + path)
        assert response is not None
        return response

    def check(self) -> None:
        """What every page keeps: no wider than its screen, and axe finds nothing serious."""
        self.page.wait_for_load_state("load")  # a form may just have led here
        wide = self.page.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        assert wide <= 0, f"{self.page.url} is {wide} px wider than its screen"
        found = Axe().run(self.page, options={"resultTypes": ["violations"]}).response["violations"]
        grave = [
            (rule["id"], rule["nodes"][0]["html"])
            for rule in found
            if rule["impact"] in {"serious", "critical"}
        ]
        assert not grave, f"{self.page.url}: {grave}"

    def bytes_of(self, path: str) -> int:
        """What a phone loads to show a page, scripts and styles included."""
        sizes: list[int] = []

        def add(response: Response) -> None:
            sizes.append(len(response.body()))

        self.page.on("response", add)
        self.open(path)
        self.page.wait_for_load_state("networkidle")
        self.page.remove_listener("response", add)
        return sum(sizes)


VisitAs = Callable[..., Visit]


@pytest.fixture
def visit(chromium: Browser, live_server: LiveServer) -> Iterator[VisitAs]:
    """``visit(user=None, width=1440, language="zh-CN", scripts=True)`` opens a browser."""
    contexts: list[BrowserContext] = []
    visits: list[Visit] = []

    def start(
        user: User | None = None,
        *,
        width: int = DESKTOP,
        language: str = "zh-CN",
        scripts: bool = True,
    ) -> Visit:
        context = chromium.new_context(
            viewport={"width": width, "height": 900}, locale=language, java_script_enabled=scripts
        )
        contexts.append(context)
        if user is not None:
            name = django_settings.SESSION_COOKIE_NAME
            context.add_cookies(
                [{"name": name, "value": _session_of(user), "url": live_server.url}]
            )
        here = Visit(context.new_page(), live_server.url)
        _watch(here)
        visits.append(here)
        return here

    yield start
    for context in contexts:
        context.close()
    assert not [complaint for one in visits for complaint in one.complaints]


@dataclass
class Demo:
    """The demo as visitors find it, filled with a small province and never emptied between them."""

    browser: Browser
    base: str
    visits: list[Visit] = field(default_factory=list)

    def sit_down(self, role: str = "", *, width: int = DESKTOP, language: str = "zh-CN") -> Visit:
        """A browser, as one of the province's people if a role is named."""
        context = self.browser.new_context(
            viewport={"width": width, "height": 900}, locale=language, accept_downloads=True
        )
        here = Visit(context.new_page(), self.base)
        here.page.set_default_timeout(PATIENCE)
        _watch(here)
        self.visits.append(here)
        if role:
            here.open("/demo/roles/")
            here.page.locator(f"form:has(input[value={role}]) button").click()
        return here


@pytest.fixture(scope="session")
def demo_site(chromium: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of ``yitang demo``, begun once in a home of its own."""
    folder = tmp_path_factory.mktemp("demo")
    with started_demo(home=folder / "home", output=folder / "output") as address:
        yield address


@pytest.fixture
def demo(chromium: Browser, demo_site: str) -> Iterator[Demo]:
    """The demo; what its pages complained of fails the journey."""
    site = Demo(chromium, demo_site)
    yield site
    for one in site.visits:
        one.page.context.close()
    assert not [complaint for one in site.visits for complaint in one.complaints]


@contextmanager
def started_demo(*, home: Path, output: Path) -> Iterator[str]:
    """The program a visitor runs, until its site answers."""
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    environment = {key: value for key, value in os.environ.items() if not key.startswith("YITANG_")}
    with output.open("wb") as written:
        process = subprocess.Popen(
            [sys.executable, "-m", *DEMO, "--port", str(port)],
            env=environment | {"YITANG_HOME": str(home), "PYTHONPATH": "src"},
            stdout=written,
            stderr=subprocess.STDOUT,
        )
        try:
            end = time.monotonic() + LONGEST_START
            while not _answers(address):
                is_starting = process.poll() is None and time.monotonic() < end
                assert is_starting, output.read_text(encoding="utf-8")
                time.sleep(0.5)
            yield address
        finally:
            process.terminate()
            process.wait()


def _answers(address: str) -> bool:
    try:
        return httpx.get(address, timeout=10).is_success
    except httpx.TransportError:
        return False


def _watch(here: Visit) -> None:
    host = urlsplit(here.base).netloc

    def requested(address: str) -> None:
        if urlsplit(address).netloc not in {"", host}:
            here.complaints.append(f"asked another host: {address}")

    here.page.on("request", lambda request: requested(request.url))
    here.page.on("pageerror", lambda error: here.complaints.append(f"script: {error}"))
    here.page.on(
        "console",
        lambda line: (
            here.complaints.append(f"console: {line.text}")
            if line.type == "error" and "status of 4" not in line.text
            else None
        ),
    )


def _session_of(user: User) -> str:
    client = Client()
    client.force_login(user)
    return client.cookies[django_settings.SESSION_COOKIE_NAME].value
