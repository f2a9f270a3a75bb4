"""Write the door contracts of ``pyproject.toml`` anew from the modules that exist."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from tests.architecture.source import SOURCE, protected_in, rooms

PROJECT = SOURCE.parent / "pyproject.toml"
MARK = "# Doors, one a room; `python tests/architecture/doors.py` writes what follows.\n"


def main() -> None:
    text = PROJECT.read_text(encoding="utf-8")
    head = text.partition(MARK)[0].rstrip("\n")
    PROJECT.write_text(f"{head}\n\n{MARK}" + "".join(map(contract, rooms())), encoding="utf-8")


def contract(room: str) -> str:
    """The contract of one room; none where nothing is closed."""
    protected = protected_in(room)
    if not protected:
        return ""
    name = room.rpartition(".")[2]
    listed = "".join(f'  "{module}",\n' for module in protected)
    return (
        "\n[[tool.importlinter.contracts]]\n"
        f'id = "door-{name}"\n'
        f'name = "Door: {name} is entered through {name}.api"\n'
        'type = "protected"\n'
        f"protected_modules = [\n{listed}]\n"
        # A migration names the field classes and defaults it was written with.
        f'allowed_importers = ["{room}", "yitang.*.*.migrations"]\n'
    )


if __name__ == "__main__":
    main()
