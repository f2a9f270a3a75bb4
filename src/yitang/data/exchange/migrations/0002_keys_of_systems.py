"""Several keys an organisation, one for each system; they are revoked, never changed."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import yitang.ground.base.ids


def name_each(apps, schema_editor):
    for client in apps.get_model("exchange", "Client").objects.all():
        client.public_id = yitang.ground.base.ids.uuid7()
        client.save(update_fields=["public_id"])


def keep_one_each(apps, schema_editor):
    """Back to one key an organisation: the newest that is in use."""
    clients = apps.get_model("exchange", "Client").objects
    clients.filter(revoked_at__isnull=False).delete()
    kept = set()
    for client in clients.order_by("-registered_at", "-pk"):
        if client.organisation_id in kept:
            client.delete()
        kept.add(client.organisation_id)


def nothing(apps, schema_editor):
    pass


class Migration(migrations.Migration):
    dependencies = [
        ("exchange", "0001_initial"),
        ("organisations", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterModelOptions(
            name="client", options={"ordering": ("-registered_at", "-pk")}
        ),
        migrations.AddField(
            model_name="client",
            name="label",
            field=models.CharField(blank=True, max_length=100),
        ),
        migrations.AddField(
            model_name="client",
            name="reason",
            field=models.CharField(blank=True, max_length=300),
        ),
        migrations.AddField(
            model_name="client",
            name="revoked_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="client",
            name="revoked_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="client",
            name="public_id",
            field=models.UUIDField(editable=False, null=True),
        ),
        migrations.RunPython(name_each, nothing),
        migrations.AlterField(
            model_name="client",
            name="public_id",
            field=models.UUIDField(
                default=yitang.ground.base.ids.uuid7, editable=False, unique=True
            ),
        ),
        migrations.AlterField(
            model_name="client",
            name="organisation",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="organisations.organisation",
            ),
        ),
        migrations.AddConstraint(
            model_name="client",
            constraint=models.UniqueConstraint(
                fields=("organisation", "key"), name="client_key_once"
            ),
        ),
        migrations.RunPython(nothing, keep_one_each),
    ]
