from django.apps import AppConfig

from .rules import Permission, Reach, register_permission


class OrganisationsConfig(AppConfig):
    name = "yitang.ground.organisations"
    label = "organisations"

    def ready(self) -> None:
        # Posts are given by the security administrator, never by whom they serve.
        register_permission(
            Permission("organisations.appoint", frozenset({"security_admin"}), Reach.DIVISION)
        )
        register_permission(
            Permission("organisations.appoint", frozenset({"system"}), Reach.PROVINCE)
        )
        register_permission(
            Permission("organisations.reset_sign_in", frozenset({"security_admin"}), Reach.DIVISION)
        )
        register_permission(
            Permission("organisations.reset_sign_in", frozenset({"system"}), Reach.PROVINCE)
        )
        register_permission(
            Permission("organisations.load", frozenset({"system_admin", "system"}), Reach.PROVINCE)
        )
        # With the identity card in hand; what the account then reads is its owner's own.
        register_permission(
            Permission("organisations.verify_identity", frozenset({"clerk"}), Reach.DIVISION)
        )
        # A department that a file names and nobody knows: proposed here, founded by ``load``.
        register_permission(
            Permission(
                "organisations.propose",
                frozenset({"data_officer", "sharing_head"}),
                Reach.DIVISION,
            )
        )
        register_permission(
            Permission("organisations.propose", frozenset({"system"}), Reach.PROVINCE)
        )
        register_permission(
            Permission(
                "organisations.see_posts",
                frozenset({"security_admin", "audit_admin"}),
                Reach.DIVISION,
            )
        )
