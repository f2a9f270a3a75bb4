"""Many rows at once: COPY where the database has it, one prepared statement elsewhere.

``bulk_create`` builds and compiles its statements anew for every few dozen rows, which costs
several times what the database takes. This gives no keys back: look them up by something unique.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from operator import attrgetter
from typing import Any

from django.db import connections, models, router, transaction

# Fields whose values every driver takes as they are; the others know how to convert theirs.
AS_THEY_ARE = frozenset(
    {
        models.CharField,
        models.TextField,
        models.BooleanField,
        models.FloatField,
        models.PositiveIntegerField,
        models.PositiveSmallIntegerField,
        models.ForeignKey,
        models.OneToOneField,
    }
)


def insert_rows(model: type[models.Model], rows: Iterable[models.Model]) -> None:
    """Insert unsaved ``rows`` of ``model``; constraints hold, keys are made by the database."""
    connection = connections[router.db_for_write(model)]
    fields = [field for field in model._meta.concrete_fields if not field.primary_key]
    quoted = connection.ops.quote_name
    table = quoted(model._meta.db_table)
    columns = ", ".join(quoted(field.column or "") for field in fields)
    converted = [
        (index, field) for index, field in enumerate(fields) if type(field) not in AS_THEY_ARE
    ]
    names = attrgetter(*(field.attname for field in fields))

    def values() -> Iterator[list[Any]]:
        for row in rows:
            taken = list(names(row))
            for index, field in converted:
                taken[index] = field.get_db_prep_save(field.pre_save(row, True), connection)
            yield taken

    with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            statement = f"COPY {table} ({columns}) FROM STDIN"
            with connection.wrap_database_errors, cursor.copy(statement) as copy:
                for row in values():
                    copy.write_row(row)
        else:
            marks = ", ".join(["%s"] * len(fields))
            statement = f"INSERT INTO {table} ({columns}) VALUES ({marks})"  # noqa: S608 (names of our own columns)
            cursor.executemany(statement, list(values()))
