from django.apps import AppConfig


class FusionConfig(AppConfig):
    name = "yitang.data.fusion"
    label = "fusion"

    def ready(self) -> None:
        from yitang.data.catalogue.api import register_lineage_finder
        from yitang.ground.organisations.rules import Permission, Reach, register_permission

        from .queries import lineage_of_dataset

        register_lineage_finder("fusion", lineage_of_dataset)
        head, system = frozenset({"sharing_head"}), frozenset({"system"})
        seeing = frozenset({"data_officer", "sharing_head", "supervisor", "leader", "system"})
        register_permission(Permission("fusion.run", head | system, Reach.PROVINCE))
        register_permission(Permission("fusion.see", seeing, Reach.PROVINCE))
        register_permission(
            Permission("fusion.open_person", frozenset({"data_officer"}), Reach.DIVISION)
        )
