from datetime import timedelta

from django.apps import AppConfig

from yitang.ground.casework.rules import register_workflow
from yitang.ground.organisations.rules import Permission, Reach, register_permission

from .rules.workflow import APPLICATION_WORKFLOW, WORKFLOW_NAME

# Who decides is not who watches: supervisors see and assign, handlers of the office decide.
PERMISSIONS = (
    ("services.apply", {"citizen"}, Reach.OWN),
    ("services.answer", {"citizen"}, Reach.OWN),
    ("services.answer", {"system"}, Reach.PROVINCE),
    ("services.see_application", {"citizen"}, Reach.OWN),
    ("services.see_application", {"clerk", "handler"}, Reach.ORGANISATION),
    ("services.see_application", {"supervisor", "leader"}, Reach.DIVISION),
    ("services.see_application", {"system"}, Reach.PROVINCE),
    ("services.accept", {"clerk", "handler"}, Reach.ORGANISATION),
    ("services.accept", {"system"}, Reach.PROVINCE),
    ("services.decide", {"handler"}, Reach.ORGANISATION),
    ("services.decide", {"system"}, Reach.PROVINCE),
    ("services.deliver", {"clerk", "handler"}, Reach.ORGANISATION),
    ("services.deliver", {"system"}, Reach.PROVINCE),
    ("services.manage_application", {"handler"}, Reach.ORGANISATION),
    ("services.manage_application", {"supervisor"}, Reach.DIVISION),
    ("services.manage_application", {"system"}, Reach.PROVINCE),
    ("services.open_value", {"clerk", "handler"}, Reach.ORGANISATION),
    ("services.revoke_certificate", {"handler"}, Reach.ORGANISATION),
    ("services.load_items", {"system_admin", "system"}, Reach.PROVINCE),
    ("services.share", {"leader", "system"}, Reach.PROVINCE),
)


class ServicesConfig(AppConfig):
    name = "yitang.public.services"
    label = "services"

    def ready(self) -> None:
        from yitang.data.catalogue.api import register_lineage_finder
        from yitang.data.exchange.api import (
            DatasetShared,
            GrantStopped,
            register_matter_finder,
        )
        from yitang.ground.casework.api import CaseMoved
        from yitang.ground.metrics.api import register_metric
        from yitang.ground.plumbing.api import register_job, register_listener

        from .actions import follow_case, follow_grant, follow_stop
        from .jobs import accept_overdue
        from .queries import METRICS, lineage_of_dataset, matter_of_application

        register_job("services.accept_overdue", accept_overdue, every=timedelta(hours=1))
        for code, roles, reach in PERMISSIONS:
            register_permission(Permission(code, frozenset(roles), reach))
        register_workflow(APPLICATION_WORKFLOW)
        register_matter_finder(WORKFLOW_NAME, matter_of_application)
        register_lineage_finder("services", lineage_of_dataset)
        register_listener(CaseMoved, follow_case)
        register_listener(DatasetShared, follow_grant)
        register_listener(GrantStopped, follow_stop)
        for metric in METRICS:
            register_metric(metric)
