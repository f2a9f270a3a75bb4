"""Pages hold together: one shell, nothing from outside, no code inside the page."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

WEB = Path(__file__).parents[2] / "src" / "yitang" / "site" / "web"
TEMPLATES = sorted(WEB.glob("*/templates/**/*.html"))
OURS = sorted(path for path in WEB.glob("static/*") if path.is_file())
NAMESPACES = "http://www.w3.org/"


def named(path: Path) -> str:
    return str(path.relative_to(WEB))


def is_page(text: str) -> bool:
    return "{% block " in text


@pytest.mark.parametrize("path", TEMPLATES, ids=named)
def test_a_page_extends_the_shell(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    if named(path) == "shell/templates/shell/page.html" or not is_page(text):
        return
    assert re.match(r"\{% extends \"(shell/page|[\w/]+)\.html\" %\}", text), (
        'begin the template with {% extends "shell/page.html" %}'
    )


@pytest.mark.parametrize("path", [*TEMPLATES, *OURS], ids=named)
def test_nothing_comes_from_outside(path: Path) -> None:
    text = path.read_text(encoding="utf-8").replace(NAMESPACES, "")
    assert not re.findall(r"(?:https?:)?//[\w.-]+\.\w", text), "serve it from static/ instead"


@pytest.mark.parametrize("path", TEMPLATES, ids=named)
def test_no_code_stands_in_a_page(path: Path) -> None:
    """The content policy refuses it: a style is a class, a script is a file under static/."""
    text = path.read_text(encoding="utf-8")
    assert not re.findall(r"\sstyle=|\son\w+=|<style|<script(?![^>]*\ssrc=)", text)
