"""``python tests/releases/record.py VERSION``: keep what a release leaves behind for the next.

Written when a version is released: the leaf migration of every app, and a small part of the
invented province as its database then holds it (at most ``ROWS`` rows a table, and every row they
point to). ``test_upgrade.py`` brings each release kept here to today's tables. Encrypted fields
are kept as they are stored, under the secret of ``tests/settings.py``.
"""

from __future__ import annotations

import base64
import gzip
import json
import os
import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

ROOT = Path(__file__).parent.parent.parent
HERE = Path(__file__).parent
PEOPLE, ROWS = 400, 25
# Made by the migration itself, or worth nothing after the process ends.
LEFT_OUT = {"contenttypes.contenttype", "auth.permission", "sessions.session"}


def main() -> int:
    version = sys.argv[1]
    with tempfile.TemporaryDirectory(prefix="yitang-release-") as home:
        os.environ |= {"YITANG_HOME": home, "DJANGO_SETTINGS_MODULE": "tests.settings"}
        sys.path[:0] = [str(ROOT), str(ROOT / "src")]
        import tests.settings  # noqa: F401  (sets the secret and the database's address)

        demo = [sys.executable, "-m", "yitang.site.commands.main", "demo"]
        words = ["--people", str(PEOPLE), "--no-serve"]
        environment = os.environ | {"PYTHONPATH": str(ROOT / "src")}
        subprocess.run([*demo, *words], check=True, cwd=ROOT, env=environment)
        keep(HERE / version)
    return 0


def keep(folder: Path) -> None:
    import django

    django.setup()
    from django.apps import apps
    from django.db import connection
    from django.db.migrations.loader import MigrationLoader

    apply_once()
    folder.mkdir(exist_ok=True)
    leaves = dict(sorted(MigrationLoader(connection).graph.leaf_nodes()))
    text = json.dumps(leaves, indent=2) + "\n"
    (folder / "migrations.json").write_text(text, encoding="utf-8")
    rows = chosen_rows(
        model
        for model in apps.get_models(include_auto_created=True)
        if model._meta.managed and model._meta.label_lower not in LEFT_OUT
    )
    lines = [
        json.dumps([label, *columns], ensure_ascii=False, separators=(",", ":"))
        for label, table in sorted(rows.items())
        for columns in table
    ]
    with gzip.GzipFile(folder / "rows.jsonl.gz", "wb", mtime=0) as file:
        file.write("\n".join(lines).encode())
    size = (folder / "rows.jsonl.gz").stat().st_size
    print(f"{len(lines):,} rows of {len(rows)} tables, {size:,} bytes")


def apply_once() -> None:
    """One application of a mother to its certificate: the demo leaves applying to its visitors."""
    from yitang.ground.organisations.api import system_actor
    from yitang.public.services.api import (
        all_item_facts,
        decide_application,
        item_by_code,
        submit_application,
    )
    from yitang.public.services.tests.factories import AT, make_draft, make_newborn_item, reader

    office = item_by_code(all_item_facts()[0].code).organisation
    draft = make_draft(make_newborn_item(office))
    submit_application(application_id=draft.pk, actor=draft.applicant, at=AT, answers={}, doubts={})
    decide_application(
        application_id=draft.pk, verb="approve", actor=system_actor(), at=AT, read=reader()
    )


def chosen_rows(models: Iterable[Any]) -> dict[str, list[list[Any]]]:
    """A part of every table with all it points to; the first row of each names the columns."""
    by_label = {model._meta.label_lower: model for model in models}
    taken: dict[str, dict[Any, list[Any]]] = defaultdict(dict)
    due = [
        (label, key)
        for label, model in by_label.items()
        for key in model._base_manager.order_by("pk").values_list("pk", flat=True)[:ROWS]
    ]
    while due:
        label, key = due.pop()
        if label in LEFT_OUT or key in taken[label]:
            continue
        model = by_label[label]
        row = stored_row(model, key)
        taken[label][key] = list(row.values())
        due += [
            (field.remote_field.model._meta.label_lower, row[field.attname])
            for field in model._meta.concrete_fields
            if field.remote_field is not None and row[field.attname] is not None
        ]
    return {
        label: [
            [field.attname for field in by_label[label]._meta.concrete_fields],
            *(plain_row(rows[key]) for key in sorted(rows)),
        ]
        for label, rows in taken.items()
        if rows
    }


def stored_row(model: Any, key: Any) -> Mapping[str, Any]:
    """A row in Python's types, binary columns as the database holds them."""
    from django.db.models import BinaryField, ExpressionWrapper, F

    fields = model._meta.concrete_fields
    hidden = {f"_{f.attname}": f for f in fields if isinstance(f, BinaryField)}
    raw = {
        name: ExpressionWrapper(F(field.attname), output_field=BinaryField())
        for name, field in hidden.items()
    }
    names = [field.attname for field in fields if f"_{field.attname}" not in hidden]
    found = model._base_manager.annotate(**raw).values(*names, *raw).get(pk=key)
    return {f.attname: found[f.attname if f.attname in found else f"_{f.attname}"] for f in fields}


def plain_row(row: Iterable[Any]) -> list[Any]:
    return [plain(value) for value in row]


def plain(value: Any) -> Any:
    if isinstance(value, bytes | memoryview):
        return base64.b64encode(bytes(value)).decode()
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    return str(value) if isinstance(value, UUID | Decimal) else value


if __name__ == "__main__":
    sys.exit(main())
