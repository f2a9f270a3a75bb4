"""A receipt as people or as programs read it."""

from __future__ import annotations

import json
from dataclasses import asdict

from yitang.data.collection.rules import Receipt

_CHANGES = ("added", "changed", "unchanged", "removed", "spared")


def receipt_document(receipt: Receipt) -> dict[str, object]:
    """What stands in the receipt, as JSON has it."""
    return asdict(receipt) | {
        "at": receipt.at.isoformat(),
        "problems": [
            {"item": p.label, "code": p.code, "rows": p.rows, "problem": str(p.message)}
            for p in receipt.problems
        ],
    }


def print_receipt(receipt: Receipt, *, as_json: bool = False) -> None:
    """The receipt as people or as programs read it."""
    if as_json:
        print(json.dumps(receipt_document(receipt), ensure_ascii=False, indent=2))
        return
    known = " (handed in before: nothing changed)" if receipt.repeated else ""
    print(f"receipt {receipt.number}{known}")
    print(
        f"{receipt.delivered:,} delivered = {receipt.accepted:,} accepted"
        f" + {receipt.rejected:,} rejected, {receipt.seconds:.2f} s"
    )
    if receipt.replaced:
        print(f"in place of the {receipt.replaced:,} rows there were")
    if receipt.changes:
        counted = [
            f"{receipt.changes[name]:,} {name}" for name in _CHANGES if name in receipt.changes
        ]
        print(f"by key: {', '.join(counted) or 'not known, the versions to compare were let go'}")
    understood = ", ".join(f"{name} {value}" for name, value in receipt.understood.items())
    if understood:
        print(f"understood: {understood}")
    for problem in receipt.problems:
        label = f"{problem.label}: " if problem.label else ""
        print(f"  {problem.rows:,} rows: {label}{problem.message}")
    if receipt.unknown_columns:
        print(f"left out (not in the catalogue): {', '.join(receipt.unknown_columns)}")
    print(f"sha256 {receipt.digest}")
