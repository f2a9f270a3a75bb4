"""Rooms are entered through their doors, and only their own code touches their tables."""

from __future__ import annotations

import ast
import tomllib
from pathlib import Path

import pytest

from .source import (
    EARLY_MODULES,
    OPEN_MODULES,
    SOURCE,
    Module,
    imports_of,
    modules,
    protected_in,
    rooms,
)

ROOMS = rooms()


def room_of_import(name: str) -> str | None:
    parts = name.split(".")
    room = ".".join(parts[:3])
    return room if room in ROOMS else None


def foreign_imports(module: Module) -> list[str]:
    """Imports that enter another room beside its door."""
    wrong = []
    for name, line, taken in imports_of(module):
        room = room_of_import(name)
        if room is None or room == module.room or room == "yitang.ground.base":
            continue
        entered = {name} if name != room else {f"{room}.{word}" for word in taken}
        for target in entered:
            part = target.removeprefix(f"{room}.").split(".")[0]
            is_factory = module.is_test and ".tests.factories" in f"{name}.{' '.join(taken)}"
            if part not in OPEN_MODULES and target not in EARLY_MODULES and not is_factory:
                wrong.append(f"{module.path}:{line} imports {target}: go through {room}.api")
    return wrong


def test_every_room_is_entered_through_its_door() -> None:
    assert [line for module in modules() for line in foreign_imports(module)] == []


def managers_of_others(module: Module) -> list[str]:
    """``Model.objects`` where the model came through another room's door."""
    foreign = {
        name: room_of_import(source)
        for source, _, taken in imports_of(module)
        for name in taken
        if room_of_import(source) not in {None, module.room}
    }
    wrong = []
    for node in ast.walk(module.tree):
        if (
            isinstance(node, ast.Attribute)
            and node.attr in {"objects", "_default_manager", "_base_manager"}
            and isinstance(node.value, ast.Name)
            and node.value.id in foreign
        ):
            room = foreign[node.value.id]
            wrong.append(
                f"{module.path}:{node.lineno} asks {node.value.id}.{node.attr}: "
                f"call a query of {room}.api, which knows what the actor may see"
            )
    return wrong


def test_only_a_room_touches_its_own_tables() -> None:
    product = [module for module in modules() if not module.is_test]
    assert [line for module in product for line in managers_of_others(module)] == []


@pytest.mark.parametrize("room", ROOMS)
def test_a_door_only_re_exports_and_says_what(room: str) -> None:
    path = SOURCE / Path(*room.split(".")) / "api.py"
    if not path.exists():
        assert not protected_in(room), f"{room} has closed modules but no api.py"
        return
    names: set[str] = set()
    exported: list[str] | None = None
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.ImportFrom):
            names |= {alias.asname or alias.name for alias in node.names}
        elif isinstance(node, ast.Assign) and isinstance(node.value, ast.List):
            exported = [e.value for e in node.value.elts if isinstance(e, ast.Constant)]
        else:
            assert isinstance(node, ast.Expr), f"{path}:{node.lineno} does more than re-export"
    assert exported is not None, f"{path} has no __all__"
    assert set(exported) == names - {"annotations"}


def test_every_protected_module_stands_in_a_door_contract() -> None:
    contracts = tomllib.loads((SOURCE.parent / "pyproject.toml").read_text("utf-8"))
    doors = {
        protected
        for contract in contracts["tool"]["importlinter"]["contracts"]
        if contract["type"] == "protected"
        for protected in contract["protected_modules"]
    }
    expected = {module for room in ROOMS for module in protected_in(room)}
    assert expected - doors == set(), "run `python tests/architecture/doors.py` to write them"
    assert doors - expected == set(), "these modules are gone from the rooms"


@pytest.mark.parametrize("room", ROOMS)
def test_every_room_explains_itself_in_a_page(room: str) -> None:
    readme = SOURCE / Path(*room.split(".")) / "README.md"
    assert readme.exists(), f"{room} has no README.md"
    assert 10 <= readme.read_text(encoding="utf-8").count("\n") <= 90


FORBIDDEN_NAMES = {"utils", "helpers", "common", "manager", "base"}


def test_no_module_is_named_for_nothing() -> None:
    wrong = [
        module.name
        for module in modules()
        if module.name.rpartition(".")[2] in FORBIDDEN_NAMES and module.name != "yitang.ground.base"
    ]
    assert wrong == []


def hidden_imports(module: Module) -> list[str]:
    functions = [
        node
        for node in ast.walk(module.tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and not (node.name == "ready" and module.name.endswith(".apps"))  # models load before it
    ]
    return [
        f"{module.path}:{node.lineno} hides an import: a cycle in disguise"
        for function in functions
        for node in ast.walk(function)
        if isinstance(node, ast.ImportFrom)
        and (node.level or (node.module or "").startswith("yitang"))
    ]


def test_imports_stand_at_the_top_but_for_heavy_libraries() -> None:
    assert [line for module in modules() for line in hidden_imports(module)] == []
