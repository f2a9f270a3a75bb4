from django.apps import AppConfig


class MetricsConfig(AppConfig):
    name = "yitang.ground.metrics"
    label = "metrics"

    def ready(self) -> None:
        from yitang.ground.plumbing.api import register_job

        from .jobs import refresh

        register_job("metrics.refresh", refresh)
