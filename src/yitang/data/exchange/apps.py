from datetime import timedelta

from django.apps import AppConfig

from yitang.ground.casework.rules import register_workflow
from yitang.ground.organisations.rules import Permission, Reach, register_permission

from .rules import REQUEST

OFFICE = frozenset({"data_officer", "sharing_head"})
# Permission, roles, reach. The authority of Decree 809 Art 8 acts through its supervisors.
PERMISSIONS = (
    ("exchange.see", OFFICE | {"clerk", "handler"}, Reach.ORGANISATION),
    ("exchange.see", frozenset({"supervisor", "leader"}), Reach.DIVISION),
    ("exchange.see", frozenset({"audit_admin", "system"}), Reach.PROVINCE),
    ("exchange.handle", OFFICE, Reach.ORGANISATION),
    ("exchange.handle", frozenset({"supervisor"}), Reach.DIVISION),
    ("exchange.handle", frozenset({"system"}), Reach.PROVINCE),
    ("exchange.request", frozenset({"data_officer"}), Reach.ORGANISATION),
    ("exchange.request", frozenset({"system"}), Reach.PROVINCE),
    ("exchange.consent", frozenset({"sharing_head"}), Reach.ORGANISATION),
    ("exchange.consent", frozenset({"system"}), Reach.PROVINCE),
    ("exchange.answer", OFFICE, Reach.ORGANISATION),
    ("exchange.answer", frozenset({"system"}), Reach.PROVINCE),
    ("exchange.suspend", frozenset({"sharing_head"}), Reach.ORGANISATION),
    ("exchange.suspend", frozenset({"supervisor"}), Reach.DIVISION),
    ("exchange.suspend", frozenset({"system"}), Reach.PROVINCE),
    ("exchange.oversee", frozenset({"supervisor"}), Reach.DIVISION),
    ("exchange.oversee", frozenset({"system"}), Reach.PROVINCE),
    ("exchange.keys", frozenset({"system_admin", "security_admin"}), Reach.ORGANISATION),
    ("exchange.keys", frozenset({"system"}), Reach.PROVINCE),
    ("exchange.share", frozenset({"leader"}), Reach.DIVISION),
    ("exchange.share", frozenset({"system"}), Reach.PROVINCE),
    # The ledger stands below the organisations and cannot register its own.
    ("ledger.verify", frozenset({"audit_admin", "leader"}), Reach.PROVINCE),
)


class ExchangeConfig(AppConfig):
    name = "yitang.data.exchange"
    label = "exchange"

    def ready(self) -> None:
        from yitang.data.catalogue.api import register_lineage_finder, register_use_finder
        from yitang.data.collection.api import BatchReceipted
        from yitang.ground.metrics.api import register_metric
        from yitang.ground.plumbing.api import register_job, register_listener

        from .jobs import expire, on_batch, refresh
        from .measures import METRICS
        from .queries import lineage_of_dataset, uses_of_dataset

        for code, roles, reach in PERMISSIONS:
            register_permission(Permission(code, roles, reach))
        register_workflow(REQUEST)
        for metric in METRICS:
            register_metric(metric)
        register_use_finder("exchange", uses_of_dataset)
        register_lineage_finder("exchange", lineage_of_dataset)
        register_listener(BatchReceipted, on_batch)
        register_job("exchange.refresh", refresh, every=timedelta(minutes=15))
        register_job("exchange.expire", expire, every=timedelta(hours=1))
