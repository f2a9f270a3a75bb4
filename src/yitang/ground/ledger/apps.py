from django.apps import AppConfig


class LedgerConfig(AppConfig):
    name = "yitang.ground.ledger"
    label = "ledger"
