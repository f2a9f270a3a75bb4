"""What was published before there were versions is the first version of its entry."""

from django.db import migrations

COLUMNS = {
    "code": "code", "name": "name", "abstract": "abstract", "classification": "classification",
    "resource_code": "resource_code", "sharing_class": "sharing_class",
    "sharing_condition": "sharing_condition", "legal_basis": "legal_basis",
    "update_cycle": "update_cycle", "grade": "grade", "open": "is_open",
    "opening_condition": "opening_condition", "format": "format", "delivery": "delivery",
    "subject": "subject",
}  # fmt: skip
ITEM_COLUMNS = {
    "name": "name", "label": "label", "type": "type", "length": "length", "aliases": "aliases",
    "is_key": "is_key", "sensitive": "is_sensitive", "required": "is_required",
    "unique": "is_unique", "rule": "rule", "codes": "codes", "role": "role",
    "authority": "authority",
}  # fmt: skip


def number_published(apps, schema_editor):
    Dataset = apps.get_model("catalogue", "Dataset")
    EntryVersion = apps.get_model("catalogue", "EntryVersion")
    PublishedChange = apps.get_model("catalogue", "PublishedChange")
    Series = apps.get_model("catalogue", "Series")
    sequence = 0
    rows = Dataset.objects.filter(published_at__isnull=False).order_by("published_at", "pk")
    for entry in rows.select_related("organisation"):
        event = entry.events.filter(verb="published").first() or entry.events.first()
        if event is None:
            continue
        sequence += 1
        EntryVersion.objects.create(
            dataset=entry,
            number=1,
            state="published",
            organisation=entry.organisation,
            document={
                **{name: getattr(entry, column) for name, column in COLUMNS.items()},
                "organisation": entry.organisation.credit_code,
                "items": [
                    {name: getattr(item, column) for name, column in ITEM_COLUMNS.items()}
                    for item in entry.items.order_by("position")
                ],
            },
            made_by=event.actor,
            made_at=entry.published_at,
            published_by=event.actor,
            published_at=entry.published_at,
            is_direct=True,
        )
        PublishedChange.objects.create(
            sequence=sequence,
            dataset=entry,
            kind="published",
            version=1,
            at=entry.published_at,
            was_open=False,
            is_open=entry.is_open and entry.state == "published",
        )
    Dataset.objects.filter(versions__number=1).update(version=1)
    Series.objects.create(name="changes", last=sequence)


def forget(apps, schema_editor):
    for name in ("PublishedChange", "EntryVersion", "Series"):
        apps.get_model("catalogue", name).objects.all().delete()
    apps.get_model("catalogue", "Dataset").objects.update(version=0)


class Migration(migrations.Migration):

    dependencies = [("catalogue", "0002_versions")]

    operations = [migrations.RunPython(number_published, forget)]
