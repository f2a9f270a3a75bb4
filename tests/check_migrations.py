"""No model change without its migration; no model import inside one."""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path

import django
from django.core.management import call_command


def main() -> int:
    sys.path.insert(0, str(Path(__file__).parent.parent))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    django.setup()
    call_command("makemigrations", "--check", "--dry-run", verbosity=1)
    wrong = [
        str(path)
        for path in Path("src").rglob("migrations/0*.py")
        if re.search(
            r"^from yitang\S*models import", path.read_text(encoding="utf-8"), re.MULTILINE
        )
    ]
    for path in wrong:
        print(f"{path}: use apps.get_model, the models of today are not those of the migration")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
