from django.apps import AppConfig

from yitang.ground.organisations.rules import Permission, Reach, register_permission


class HallsConfig(AppConfig):
    name = "yitang.public.halls"
    label = "halls"

    def ready(self) -> None:
        lookers = frozenset({"leader", "supervisor", "handler", "clerk", "sharing_head"})
        register_permission(Permission("halls.see", lookers, Reach.DIVISION))
        register_permission(
            Permission("halls.record", frozenset({"supervisor", "handler"}), Reach.ORGANISATION)
        )
        register_permission(Permission("halls.record", frozenset({"system"}), Reach.PROVINCE))
