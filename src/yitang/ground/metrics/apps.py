from django.apps import AppConfig


class MetricsConfig(AppConfig):
    name = "yitang.ground.metrics"
    label = "metrics"
