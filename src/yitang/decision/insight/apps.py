from django.apps import AppConfig


class InsightConfig(AppConfig):
    name = "yitang.decision.insight"
    label = "insight"
