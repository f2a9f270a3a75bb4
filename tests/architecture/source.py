"""The source tree as the architecture tests read it: modules, rooms, imports."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

SOURCE = Path(__file__).parents[2] / "src"
WINGS = ("ground", "data", "public", "decision")
OPEN_MODULES = frozenset({"api", "rules", "errors"})
# Read before Django starts, so it cannot wait behind the door (docs/decisions/0001).
EARLY_MODULES = frozenset({"yitang.ground.plumbing.settings"})


@dataclass(frozen=True)
class Module:
    name: str
    path: Path

    @property
    def room(self) -> str:
        """``yitang.ground.casework``; for the site, ``yitang.site.web``."""
        return ".".join(self.name.split(".")[:3])

    @property
    def is_test(self) -> bool:
        return ".tests" in self.name

    @property
    def tree(self) -> ast.Module:
        return parsed(self.path)


@cache
def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


@cache
def modules() -> tuple[Module, ...]:
    """Every module of the product, migrations left out."""
    found = []
    for path in sorted(SOURCE.rglob("*.py")):
        parts = path.relative_to(SOURCE).with_suffix("").parts
        if "migrations" in parts:
            continue
        if parts[-1] == "__init__":
            parts = parts[:-1]
        found.append(Module(".".join(parts), path))
    return tuple(found)


def rooms() -> list[str]:
    """``yitang.ground.casework`` and so on: every folder of the four wings."""
    return sorted({m.room for m in modules() if m.name.split(".")[1:2] and _is_in_wing(m.name)})


def _is_in_wing(name: str) -> bool:
    parts = name.split(".")
    return len(parts) >= 3 and parts[1] in WINGS


def imports_of(module: Module) -> Iterator[tuple[str, int, tuple[str, ...]]]:
    """Each imported module's full name, the line, and the names taken from it."""
    package = module.name if module.path.stem == "__init__" else module.name.rpartition(".")[0]
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield alias.name, node.lineno, ()
        elif isinstance(node, ast.ImportFrom):
            base = package.split(".")[: len(package.split(".")) - node.level + 1]
            prefix = ".".join(base) if node.level else ""
            name = ".".join(part for part in (prefix, node.module) if part)
            yield name, node.lineno, tuple(alias.name for alias in node.names)


def protected_in(room: str) -> list[str]:
    """The modules of a room that only the room itself may import; none of the open ``base``."""
    if room == "yitang.ground.base":
        return []
    closed = {
        ".".join(module.name.split(".")[:4])
        for module in modules()
        if module.name.startswith(f"{room}.")
        and module.name.split(".")[3] not in OPEN_MODULES | {"apps", "tests", "settings"}
    }
    return sorted(closed)
