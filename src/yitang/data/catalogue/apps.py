from django.apps import AppConfig

from yitang.ground.casework.rules import register_workflow
from yitang.ground.organisations.rules import Permission, Reach, register_permission

from .rules import ENTRY, OFFICERS

OFFICE = frozenset({"data_officer", "sharing_head"})
# Permission, roles, reach. Who has ``publish`` must also be charged with the authority's duty.
PERMISSIONS = (
    ("catalogue.see", OFFICERS, Reach.PROVINCE),
    ("catalogue.edit", frozenset({"data_officer"}), Reach.ORGANISATION),
    ("catalogue.edit", frozenset({"system"}), Reach.PROVINCE),
    # The authority takes a file in for the departments of its division; each gets its drafts.
    ("catalogue.take_in", frozenset({"sharing_head"}), Reach.DIVISION),
    ("catalogue.take_in", frozenset({"system"}), Reach.PROVINCE),
    ("catalogue.consent", frozenset({"sharing_head"}), Reach.ORGANISATION),
    ("catalogue.consent", frozenset({"system"}), Reach.PROVINCE),
    ("catalogue.publish", frozenset({"sharing_head"}), Reach.DIVISION),
    ("catalogue.publish", frozenset({"system"}), Reach.PROVINCE),
    ("catalogue.publish_directly", frozenset({"system"}), Reach.PROVINCE),
    ("catalogue.systems_keep", frozenset({"data_officer"}), Reach.ORGANISATION),
    ("catalogue.systems_keep", frozenset({"system"}), Reach.PROVINCE),
    ("catalogue.systems_decide", frozenset({"sharing_head"}), Reach.DIVISION),
    ("catalogue.systems_decide", frozenset({"system"}), Reach.PROVINCE),
    # A head whose office has not the authority's duty sees those of the own office alone.
    ("catalogue.systems_see", frozenset({"data_officer"}), Reach.ORGANISATION),
    ("catalogue.systems_see", frozenset({"sharing_head"}), Reach.DIVISION),
    ("catalogue.systems_see", frozenset({"system"}), Reach.PROVINCE),
    ("catalogue.systems_sums", frozenset({"supervisor", "leader"}), Reach.DIVISION),
    ("catalogue.systems_sums", frozenset({"system"}), Reach.PROVINCE),
    ("catalogue.handle", OFFICE, Reach.ORGANISATION),
    ("catalogue.handle", frozenset({"supervisor"}), Reach.DIVISION),
    ("catalogue.handle", frozenset({"system"}), Reach.PROVINCE),
    ("catalogue.oversee", frozenset({"supervisor"}), Reach.DIVISION),
    ("catalogue.oversee", frozenset({"system"}), Reach.PROVINCE),
)


class CatalogueConfig(AppConfig):
    name = "yitang.data.catalogue"
    label = "catalogue"

    def ready(self) -> None:
        from yitang.ground.metrics.api import register_metric

        from .measures import METRICS

        for code, roles, reach in PERMISSIONS:
            register_permission(Permission(code, roles, reach))
        register_workflow(ENTRY)
        for metric in METRICS:
            register_metric(metric)
