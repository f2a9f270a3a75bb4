"""The ten longest functions and files: places to think, not limits."""

from __future__ import annotations

import ast
from pathlib import Path


def main() -> None:
    files: list[tuple[int, str]] = []
    functions: list[tuple[int, str]] = []
    for path in sorted(Path("src").rglob("*.py")):
        if {"tests", "migrations"} & set(path.parts):
            continue
        text = path.read_text(encoding="utf-8")
        files.append((text.count("\n"), str(path)))
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                length = (node.end_lineno or node.lineno) - node.lineno + 1
                functions.append((length, f"{path}:{node.lineno} {node.name}"))
    for title, rows in (("longest functions", functions), ("longest files", files)):
        print(f"{title}:")
        for length, name in sorted(rows, reverse=True)[:10]:
            print(f"  {length:>5}  {name}")


if __name__ == "__main__":
    main()
