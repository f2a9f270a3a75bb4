from django.apps import AppConfig


class CollectionConfig(AppConfig):
    name = "yitang.data.collection"
    label = "collection"

    def ready(self) -> None:
        from yitang.data.catalogue.rules import OFFICERS
        from yitang.ground.organisations.rules import Permission, Reach, register_permission

        data, system = frozenset({"data_officer"}), frozenset({"system"})
        over = frozenset({"sharing_head", "supervisor", "leader"})
        register_permission(Permission("collection.hand_in", data, Reach.ORGANISATION))
        register_permission(Permission("collection.hand_in", system, Reach.PROVINCE))
        register_permission(Permission("collection.see", data, Reach.ORGANISATION))
        register_permission(Permission("collection.see", over, Reach.DIVISION))
        register_permission(Permission("collection.see", system, Reach.PROVINCE))
        register_permission(Permission("collection.try", OFFICERS, Reach.PROVINCE))
