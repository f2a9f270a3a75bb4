"""Write ``docs/reference/`` from the code; a test fails when the two differ.

Run by ``make docs``. Errors, commands, events and the JSON interface are listed where a
person looks them up, in the order in which they sort.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from importlib import import_module
from pathlib import Path

ROOT = Path(__file__).parents[1]
REFERENCE = ROOT / "docs" / "reference"


def main() -> None:
    REFERENCE.mkdir(exist_ok=True)
    for name, text in documents().items():
        (REFERENCE / name).write_text(text, encoding="utf-8")


def documents() -> dict[str, str]:
    """File name to text, for every generated document."""
    _start()
    return {
        "errors.md": _errors(),
        "commands.md": _commands(),
        "events.md": _events(),
        "access-matrix.md": _access_matrix(),
        "openapi.json": _openapi(),
    }


def _start() -> None:
    sys.path[:0] = [str(ROOT), str(ROOT / "src")]
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    import django

    django.setup()
    for path in sorted((ROOT / "src" / "yitang").rglob("*.py")):
        parts = path.relative_to(ROOT / "src").parts
        # Errors stand in errors.py, those of the site beside what raises them.
        is_site = "site" in parts and not {"tests", "config"} & set(parts)
        if path.name == "errors.py" or (is_site and '    code = "' in path.read_text("utf-8")):
            import_module(".".join([*parts[:-1], path.stem]))


def _errors() -> str:
    from yitang.ground.base.errors import all_domain_errors

    lines = [
        "# Errors",
        "",
        "Every error a person can act on: its stable code, its HTTP status, its sentence.",
        "",
        "| code | status | sentence |",
        "| --- | --- | --- |",
    ]
    lines += [
        f"| `{error.code}` | {error.http_status} | {error.message} |"
        for error in all_domain_errors()
        if error.__module__.startswith("yitang") and ".tests" not in error.__module__
    ]
    return "\n".join(lines) + "\n"


def _commands() -> str:
    from yitang.site.commands.main import COMMANDS

    os.environ["COLUMNS"] = "96"
    lines = ["# Commands", "", "`yitang WORD`, one word per room.", ""]
    for word, command in sorted(COMMANDS.items()):
        module = import_module(f"yitang.site.commands.{word.replace('-', '_')}")
        lines += [f"## yitang {word}", "", command.help.capitalize() + ".", ""]
        lines += ["```text", _help(f"yitang {word}", module).rstrip("\n"), "```", ""]
    return "\n".join(lines)


def _help(name: str, module: object) -> str:
    parser = argparse.ArgumentParser(prog=name, add_help=False)
    module.add_arguments(parser)  # type: ignore[attr-defined]
    texts = [parser.format_help()]
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for word, inner in action.choices.items():
                inner.prog = f"{name} {word}"
                texts.append(inner.format_help())
    return "\n".join(texts)


def _events() -> str:
    from yitang.ground.plumbing.api import registered_events

    lines = ["# Events", "", "What rooms announce to the rooms above them.", ""]
    lines += ["| event | fields | meaning |", "| --- | --- | --- |"]
    for event in registered_events():
        if ".tests" not in event.__module__:
            fields = ", ".join(f"`{name}`" for name in event.__dataclass_fields__)
            meaning = (event.__doc__ or "").strip().splitlines()[0]
            lines.append(f"| `{event.name}` | {fields} | {meaning} |")
    return "\n".join(lines) + "\n"


def _access_matrix() -> str:
    from yitang.ground.organisations.api import ROLES, access_matrix

    signs = {None: "", "own": "own", "organisation": "org", "division": "div", "province": "prov"}
    reaches: dict[str, dict[str, str]] = {}
    for cell in access_matrix():
        reaches.setdefault(cell.permission, {})[cell.role] = signs[cell.reach]
    lines = [
        "# Access matrix",
        "",
        "Who may do what, how far from the post granting it. `own`: what is the person's; `org`:",
        "their organisation's; `div`: their division's and below; `prov`: the whole province's.",
        "Empty: not at all. Every cell is tested (`organisations/tests/test_access.py`).",
        "",
        "| permission | " + " | ".join(ROLES) + " |",
        "| --- |" + " --- |" * len(ROLES),
    ]
    for code, by_role in sorted(reaches.items()):
        lines.append(f"| `{code}` | " + " | ".join(by_role[role] for role in ROLES) + " |")
    return "\n".join(lines) + "\n"


def _openapi() -> str:
    from yitang.site.endpoints.api import api

    schema = api.get_openapi_schema(path_prefix="/api/v1/")
    return json.dumps(schema, ensure_ascii=False, indent=1, sort_keys=True, default=str) + "\n"


if __name__ == "__main__":
    main()
