"""Every text a reader may meet, and whether it is in Chinese. ``python tests/translations.py``
prints the missing ones as entries to be filled in.

Texts are found in templates, in ``gettext`` calls of the site, in errors' and messages'
templates anywhere, and in what rooms register (roles, workflows, metrics).
"""

from __future__ import annotations

import ast
import sys
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from importlib import import_module
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Message as Entry
from babel.messages.extract import extract
from babel.messages.pofile import read_po

ROOT = Path(__file__).parent.parent
SOURCE = ROOT / "src" / "yitang"
WEB = SOURCE / "site" / "web"
KEYWORDS = {
    "_": None, "gettext": None, "gettext_lazy": None, "gettext_noop": None,
    "ngettext": (1, 2), "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2), "pgettext_lazy": ((1, "c"), 2), "npgettext": ((1, "c"), 2, 3),
}  # fmt: skip

WORDS = {"field", "kind", "problem", "reason", "verb"}  # parameters that are words of ours


@cache
def texts() -> dict[str, set[str]]:
    """Each English text and the files it was found in."""
    found: dict[str, set[str]] = defaultdict(set)
    for places in (
        in_templates(),
        in_site(),
        in_messages(),
        in_errors(),
        in_parameters(),
        in_registries(),
    ):
        for text, place in places:
            found[text].add(place)
    return dict(found)


def in_templates() -> Iterator[tuple[str, str]]:
    from django.utils.translation.template import templatize

    for path in sorted(WEB.glob("**/templates/**/*.*")):
        code = templatize(path.read_text(encoding="utf-8"), origin=str(path))
        yield from _calls(code.encode(), path)


def in_site() -> Iterator[tuple[str, str]]:
    for path in python_files(SOURCE / "site"):
        yield from _calls(path.read_bytes(), path)


def in_messages() -> Iterator[tuple[str, str]]:
    """``Message(code, template)`` with a template written out where it is called."""
    for path in python_files(SOURCE):
        for node in ast.walk(ast.parse(path.read_bytes())):
            if isinstance(node, ast.Call) and _called(node) == "Message":
                named = [word.value for word in node.keywords if word.arg == "template"]
                for value in [*node.args[1:2], *named]:
                    if isinstance(value, ast.Constant) and isinstance(value.value, str):
                        yield value.value, _place(path)


def in_errors() -> Iterator[tuple[str, str]]:
    """What ``DomainError`` and its subclasses say."""
    from yitang.ground.base.errors import all_domain_errors

    for path in python_files(SOURCE):
        if "DomainError" in path.read_text(encoding="utf-8") or path.name == "errors.py":
            import_module(".".join(path.relative_to(SOURCE.parent).with_suffix("").parts))
    for error in all_domain_errors():
        if error.__module__.startswith("yitang."):
            yield error.message, error.__module__


def in_parameters() -> Iterator[tuple[str, str]]:
    """Words of ours put into a sentence of an error where it is raised: what is wrong, and why."""
    from yitang.ground.base.errors import all_domain_errors

    known = {error.__name__ for error in all_domain_errors()}
    for path in python_files(SOURCE):
        for node in ast.walk(ast.parse(path.read_bytes())):
            if isinstance(node, ast.Call) and _called(node) in known:
                for word in node.keywords:
                    value = word.value.value if isinstance(word.value, ast.Constant) else ""
                    if word.arg in WORDS and isinstance(value, str) and value[:1].isalnum():
                        yield value, _place(path)


def in_registries() -> Iterator[tuple[str, str]]:
    from yitang.ground.casework.api import case_kinds
    from yitang.ground.metrics.api import metrics
    from yitang.ground.organisations.api import ROLES
    from yitang.site.web.desk.words import workflow_words

    for role in ROLES.values():
        yield role.name.template, "organisations.ROLES"
    for kind in case_kinds().values():
        yield kind.label.template, f"kind of case {kind.workflow}"
    for metric in metrics():
        yield metric.name.template, f"metric {metric.code}"
    for workflow, word in workflow_words():
        yield f"{workflow}\x04{word}", f"workflow {workflow}"


def chinese() -> dict[str, dict[str, str]]:
    """Each English text and its Chinese, by the file that says so."""
    known: dict[str, dict[str, str]] = defaultdict(dict)
    for path in sorted(WEB.glob("*/locale/zh_Hans/LC_MESSAGES/django.po")):
        with path.open("rb") as file:
            for entry in read_po(file, locale="zh_Hans"):
                if entry.id and _said(entry):
                    known[_key(entry)][_place(path)] = _said(entry)
    return known


def missing() -> dict[str, set[str]]:
    """Texts without Chinese, and where they are used."""
    known = chinese()
    return {text: places for text, places in texts().items() if text not in known}


def python_files(folder: Path) -> list[Path]:
    return [
        path
        for path in sorted(folder.rglob("*.py"))
        if not {"tests", "migrations"} & set(path.relative_to(SOURCE).parts)
    ]


def _calls(code: bytes, path: Path) -> Iterator[tuple[str, str]]:
    for _, message, _, context in extract("python", BytesIO(code), keywords=KEYWORDS):
        text = message if isinstance(message, str) else message[0]
        if text:
            yield (f"{context}\x04{text}" if context else text), _place(path)


def _called(node: ast.Call) -> str:
    function = node.func
    return function.id if isinstance(function, ast.Name) else getattr(function, "attr", "")


def _key(entry: Entry) -> str:
    text = entry.id if isinstance(entry.id, str) else entry.id[0]
    return f"{entry.context}\x04{text}" if entry.context else text


def _said(entry: Entry) -> str:
    if entry.fuzzy:
        return ""
    return entry.string if isinstance(entry.string, str) else entry.string[0]


def _place(path: Path) -> str:
    return str(path.relative_to(SOURCE))


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'


def main() -> int:
    import os

    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    sys.path[:0] = [str(ROOT), str(ROOT / "src")]
    django.setup()
    rows = sorted(missing().items(), key=lambda row: (min(row[1]), row[0]))
    words = sys.argv[1:]
    for text, places in rows:
        if not words or any(word in place for word in words for place in places):
            print(f'#: {", ".join(sorted(places))}\nmsgid {_quoted(text)}\nmsgstr ""\n')
    return 0


if __name__ == "__main__":
    sys.exit(main())
