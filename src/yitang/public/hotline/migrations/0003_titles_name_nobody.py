"""Titles that stand in lists already are made as new ones are: they name nobody.

What an earlier title said stands in the text, which stays as written.
"""

from django.db import migrations

from yitang.public.hotline.rules import shown_title


def remake_titles(apps, schema_editor):
    appeals = apps.get_model("hotline", "Appeal").objects
    cases = apps.get_model("casework", "Case").objects
    kept = appeals.values_list("pk", "case_id", "title", "text").order_by("pk")
    for key, case, title, text in kept.iterator(chunk_size=2000):
        remade = shown_title(title, text)
        if remade != title:
            appeals.filter(pk=key).update(title=remade)
            cases.filter(pk=case).update(title=remade)


class Migration(migrations.Migration):
    dependencies = [
        ("casework", "0001_initial"),
        ("hotline", "0002_dispatch_and_limits"),
    ]

    operations = [migrations.RunPython(remake_titles, migrations.RunPython.noop)]
