from datetime import timedelta

from django.apps import AppConfig


class PlumbingConfig(AppConfig):
    name = "yitang.ground.plumbing"
    label = "plumbing"

    def ready(self) -> None:
        from .jobs import forget
        from .jobs_queue import register_job

        register_job("plumbing.forget_responses", forget, every=timedelta(hours=1))
