from datetime import timedelta

from django.apps import AppConfig

from yitang.ground.organisations.rules import Permission, Reach, register_permission

# Seeing what people say is oversight; deciding because of it is a leader's and a supervisor's.
PERMISSIONS = (
    ("insight.see", {"dispatcher", "supervisor", "leader"}, Reach.DIVISION),
    ("insight.see", {"system"}, Reach.PROVINCE),
    ("insight.note_measure", {"supervisor", "leader"}, Reach.DIVISION),
    ("insight.refresh", {"supervisor", "system"}, Reach.PROVINCE),
)


class InsightConfig(AppConfig):
    name = "yitang.decision.insight"
    label = "insight"

    def ready(self) -> None:
        from yitang.ground.plumbing.api import register_job

        from .jobs import refresh

        for code, roles, reach in PERMISSIONS:
            register_permission(Permission(code, frozenset(roles), reach))
        register_job("insight.refresh", refresh, every=timedelta(hours=1))
