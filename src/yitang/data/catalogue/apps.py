from django.apps import AppConfig

from .rules import OFFICERS


class CatalogueConfig(AppConfig):
    name = "yitang.data.catalogue"
    label = "catalogue"

    def ready(self) -> None:
        from yitang.ground.organisations.rules import Permission, Reach, register_permission

        register_permission(Permission("catalogue.see", OFFICERS, Reach.PROVINCE))
        register_permission(
            Permission("catalogue.edit", frozenset({"data_officer"}), Reach.ORGANISATION)
        )
        register_permission(Permission("catalogue.edit", frozenset({"system"}), Reach.PROVINCE))
        register_permission(
            Permission("catalogue.publish", frozenset({"sharing_head"}), Reach.DIVISION)
        )
        register_permission(Permission("catalogue.publish", frozenset({"system"}), Reach.PROVINCE))
