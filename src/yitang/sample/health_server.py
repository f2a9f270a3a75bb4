"""The health commission's interface: pages of JSON over HTTP, on this machine alone."""

from __future__ import annotations

import json
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit


class HealthServer(ThreadingHTTPServer):
    """Serves ``/births`` and ``/vaccinations`` of a sample's folder on the loopback address."""

    daemon_threads = True

    def __init__(self, folder: Path, port: int = 0) -> None:
        self.folder = folder / "silos" / "health"
        super().__init__(("127.0.0.1", port), _Handler)

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"


class _Handler(BaseHTTPRequestHandler):
    server: HealthServer
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        dataset = parts.path.strip("/")
        folder = self.server.folder / dataset
        index = folder / "index.json"
        if dataset not in {"births", "vaccinations"} or not index.exists():
            self._answer(404, {"error": "there is no such table"})
            return
        pages = json.loads(index.read_text(encoding="utf-8"))
        number = parse_qs(parts.query).get("page", ["1"])[0]
        if not (number.isascii() and number.isdigit() and 1 <= int(number) <= pages["pages"]):
            self._answer(404, {"error": "there is no such page"})
            return
        page = int(number)
        rows = json.loads((folder / f"{page:06}.json").read_text(encoding="utf-8"))
        following = f"/{dataset}?page={page + 1}" if page < pages["pages"] else None
        self._answer(200, {**pages, "page": page, "next": following, "rows": rows})

    def _answer(self, status: int, content: dict[str, object]) -> None:
        body = json.dumps(content, ensure_ascii=False).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Quiet: the gatherer keeps its own receipt."""
