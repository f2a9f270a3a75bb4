from datetime import timedelta

from django.apps import AppConfig


class LedgerConfig(AppConfig):
    name = "yitang.ground.ledger"
    label = "ledger"

    def ready(self) -> None:
        from yitang.ground.plumbing.api import register_job

        from .jobs import anchor

        register_job("ledger.anchor", anchor, every=timedelta(minutes=1))
