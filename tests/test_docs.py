"""Documentation that cannot drift: what code names, ``docs/`` explains."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path

import pytest

from docs.write import documents
from yitang.ground.plumbing.api import Settings

DOCS = Path(__file__).parents[1] / "docs"
DERIVED = {"home", "database_url", "secret_key"}


@pytest.mark.parametrize("name", ["errors.md", "commands.md", "events.md", "openapi.json"])
def test_generated_documents_are_those_of_the_code(name: str) -> None:
    committed = (DOCS / "reference" / name).read_text(encoding="utf-8")
    assert committed == documents()[name], "run `make docs`"


def test_every_setting_is_documented_and_none_besides() -> None:
    text = (DOCS / "settings.md").read_text(encoding="utf-8")
    documented = set(re.findall(r"^\| `(YITANG_[A-Z_]+)`", text, re.MULTILINE))
    assert documented == {f"YITANG_{field.name.upper()}" for field in fields(Settings)}


def test_every_decision_has_its_four_parts() -> None:
    for record in sorted((DOCS / "decisions").glob("*.md")):
        text = record.read_text(encoding="utf-8").lower()
        missing = [
            part
            for part in ("context", "decision", "consequences", "rejected")
            if f"**{part}" not in text and f"## {part}" not in text
        ]
        assert missing == [], f"{record.name} lacks {missing}"


def test_glossary_rows_have_a_word_in_both_languages_and_a_meaning() -> None:
    rows = [
        [cell.strip() for cell in line.strip().strip("|").split("|")]
        for line in (DOCS / "glossary.md").read_text(encoding="utf-8").splitlines()
        if line.startswith("| ") and not line.startswith(("| ---", "| English", "| english"))
    ]
    assert len(rows) > 40
    assert [row for row in rows if len(row) != 3 or not all(row)] == []
    words = [row[0].lower() for row in rows]
    assert sorted({word for word in words if words.count(word) > 1}) == []
    assert [row for row in rows if not re.search(r"[一-鿿]|\d", row[1])] == []


def test_readmes_in_both_languages_name_the_two_commands() -> None:
    for name in ("README.md", "README.zh.md"):
        text = (DOCS.parent / name).read_text(encoding="utf-8")
        assert "make demo" in text, name
        assert "make test" in text, name
