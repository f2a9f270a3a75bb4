from django.apps import AppConfig

from yitang.ground.organisations.rules import Permission, Reach, register_permission


class ExchangeConfig(AppConfig):
    name = "yitang.data.exchange"
    label = "exchange"

    def ready(self) -> None:
        # The ledger stands below the organisations and cannot register its own.
        register_permission(
            Permission("ledger.verify", frozenset({"audit_admin", "leader"}), Reach.PROVINCE)
        )
