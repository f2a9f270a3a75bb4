from datetime import timedelta

from django.apps import AppConfig


class CollectionConfig(AppConfig):
    name = "yitang.data.collection"
    label = "collection"

    def ready(self) -> None:
        from yitang.data.catalogue.rules import OFFICERS
        from yitang.ground.casework.rules import register_workflow
        from yitang.ground.metrics.api import register_metric
        from yitang.ground.organisations.rules import Permission, Reach, register_permission
        from yitang.ground.plumbing.api import register_job

        from .jobs import fetch_due, find_overlaps, forget
        from .measures import METRICS
        from .rules import DRIFT, FETCH, LOOK

        register_job("collection.forget_uploads", forget, every=timedelta(hours=1))
        register_job("collection.fetch_due", fetch_due, every=LOOK)
        data, system = frozenset({"data_officer"}), frozenset({"system"})
        over = frozenset({"sharing_head", "supervisor", "leader"})
        register_permission(Permission("collection.hand_in", data, Reach.ORGANISATION))
        register_permission(Permission("collection.hand_in", system, Reach.PROVINCE))
        register_permission(Permission("collection.name_places", system, Reach.PROVINCE))
        register_permission(Permission("collection.see", data, Reach.ORGANISATION))
        register_permission(Permission("collection.see", over, Reach.DIVISION))
        register_permission(Permission("collection.see", system, Reach.PROVINCE))
        register_permission(Permission("collection.sample", data | over | system, Reach.PROVINCE))
        register_permission(Permission("collection.decide", data, Reach.ORGANISATION))
        register_permission(Permission("collection.decide", system, Reach.PROVINCE))
        oversee = "collection.oversee"
        register_permission(Permission(oversee, frozenset({"supervisor"}), Reach.DIVISION))
        register_permission(Permission(oversee, system, Reach.PROVINCE))
        register_workflow(DRIFT)
        register_workflow(FETCH)
        name_source = "collection.name_source"
        register_permission(Permission(name_source, frozenset({"sharing_head"}), Reach.DIVISION))
        register_permission(Permission(name_source, system, Reach.PROVINCE))
        register_permission(Permission("collection.try", OFFICERS, Reach.PROVINCE))
        register_job("collection.find_overlaps", find_overlaps, every=timedelta(days=1))
        for metric in METRICS:
            register_metric(metric)
