from django.apps import AppConfig


class EconomyConfig(AppConfig):
    name = "yitang.decision.economy"
    label = "economy"
