"""What a refusal must be: the right status, one sentence in the reader's language, no driver's."""

from __future__ import annotations

import html
import re
from typing import Any

CHINESE = re.compile(r"[\u4e00-\u9fff]")
ENGLISH = re.compile(r"[a-z]{2,} [a-z]{2,} [a-z]{2,}")
LEAKS = (
    "Traceback", "Error:", "psycopg", "sqlite3", "django.", "ninja", "pydantic", "Input should",
    "valid_", "UNIQUE constraint", "DataError", "Errno", ".py",
)  # fmt: skip


def fault_of(answer: Any, *, language: str) -> str:
    """What keeps ``answer`` from being a refusal as we promise it; empty if nothing does."""
    said = sentence_of(answer)
    if not 400 <= answer.status_code < 500:
        return f"{answer.status_code}: {said}"
    if not said:
        return f"{answer.status_code} without a sentence"
    if leaks := [word for word in LEAKS if word in said]:
        return f"{leaks}: {said}"
    if bool(CHINESE.search(said)) != (language == "zh"):
        return f"not in {language}: {said}"
    if language == "zh" and ENGLISH.search(said):
        return f"English in the Chinese: {said}"
    return f"a parameter is left: {said}" if "{" in said else ""


def check_refusal(answer: Any, *, language: str) -> None:
    """Raises unless ``answer`` refuses as we promise."""
    fault = fault_of(answer, language=language)
    assert not fault, fault


def sentence_of(answer: Any) -> str:
    """The one sentence of a problem, of CKAN's error, or of an error page."""
    kind = answer.get("Content-Type", "")
    if kind.startswith("application/problem+json"):
        return str(answer.json()["detail"])
    if kind.startswith("application/json"):
        told = answer.json()
        return str(told.get("error", {}).get("message", "")) if isinstance(told, dict) else ""
    text = answer.content.decode()
    heading, paragraphs = (
        re.search(r"<h1>(.*?)</h1>", text, re.DOTALL),
        re.findall(r"<p>(.*?)</p>", text.partition("</h1>")[2], re.DOTALL),
    )
    texts = [html.unescape(heading[1])] if heading else []
    return " ".join([*texts, *(html.unescape(text) for text in paragraphs[:1])]).strip()
