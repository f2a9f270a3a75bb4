from datetime import timedelta

from django.apps import AppConfig


class LakeConfig(AppConfig):
    name = "yitang.data.lake"
    label = "lake"

    def ready(self) -> None:
        from yitang.ground.plumbing.api import register_job, settings

        from .jobs import keep
        from .memory import share_memory

        share_memory(settings().arrow_memory)
        register_job("lake.keep", keep, every=timedelta(days=1))
