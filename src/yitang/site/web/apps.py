from importlib import import_module
from pathlib import Path

from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "yitang.site.web"
    label = "web"

    def ready(self) -> None:
        """Rooms with a ``desk.py`` tell the desk what it shows for their kind of case."""
        for module in sorted(Path(__file__).parent.glob("*/desk.py")):
            import_module(f"{self.name}.{module.parent.name}.desk")
