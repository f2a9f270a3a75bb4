from datetime import timedelta

from django.apps import AppConfig

from yitang.ground.organisations.rules import Permission, Reach, register_permission

HOLDERS = frozenset({"clerk", "handler", "data_officer", "sharing_head", "hotline_agent"})
OVERSEERS = frozenset({"dispatcher", "supervisor", "leader"})


class CaseworkConfig(AppConfig):
    name = "yitang.ground.casework"
    label = "casework"

    def ready(self) -> None:
        from yitang.ground.plumbing.api import register_job

        from .jobs import recompute, supervise

        # For workflows that name no permissions of their own.
        register_permission(Permission("casework.view", HOLDERS, Reach.ORGANISATION))
        register_permission(Permission("casework.view", OVERSEERS, Reach.DIVISION))
        register_permission(Permission("casework.view", frozenset({"citizen"}), Reach.OWN))
        register_permission(Permission("casework.view", frozenset({"system"}), Reach.PROVINCE))
        register_permission(Permission("casework.manage", HOLDERS, Reach.ORGANISATION))
        register_permission(
            Permission("casework.manage", frozenset({"dispatcher", "supervisor"}), Reach.DIVISION)
        )
        register_permission(Permission("casework.manage", frozenset({"system"}), Reach.PROVINCE))
        register_job("casework.supervise", supervise, every=timedelta(minutes=15))
        register_job("casework.recompute", recompute, every=timedelta(days=1))
