from django.apps import AppConfig

from yitang.ground.casework.rules import register_workflow
from yitang.ground.organisations.rules import Permission, Reach, register_permission

from .rules import APPEAL, KIND

HOTLINE = frozenset({"hotline_agent", "dispatcher"})
UNITS = frozenset({"handler", "clerk"})
SYSTEM = frozenset({"system"})

PERMISSIONS = (
    Permission("hotline.see", HOTLINE | {"supervisor", "leader"}, Reach.DIVISION),
    Permission("hotline.see", UNITS, Reach.ORGANISATION),
    Permission("hotline.see", frozenset({"citizen"}), Reach.OWN),
    Permission("hotline.see", SYSTEM, Reach.PROVINCE),
    Permission("hotline.take", HOTLINE, Reach.DIVISION),
    Permission("hotline.take", SYSTEM, Reach.PROVINCE),
    Permission("hotline.dispatch", frozenset({"dispatcher"}), Reach.DIVISION),
    Permission("hotline.dispatch", SYSTEM, Reach.PROVINCE),
    Permission("hotline.answer_at_once", HOTLINE, Reach.DIVISION),
    Permission("hotline.answer_at_once", SYSTEM, Reach.PROVINCE),
    Permission("hotline.handle", UNITS, Reach.ORGANISATION),
    Permission("hotline.handle", SYSTEM, Reach.PROVINCE),
    Permission("hotline.call_back", HOTLINE, Reach.DIVISION),
    # The caller answers on the page that the short number opens: the platform keeps it.
    Permission("hotline.call_back", SYSTEM, Reach.PROVINCE),
    Permission("hotline.manage", UNITS, Reach.ORGANISATION),
    Permission("hotline.manage", frozenset({"dispatcher", "supervisor"}), Reach.DIVISION),
    Permission("hotline.manage", SYSTEM, Reach.PROVINCE),
    Permission("hotline.reveal", HOTLINE, Reach.DIVISION),
    Permission("hotline.reveal_as_unit", UNITS, Reach.ORGANISATION),
    Permission("hotline.import", frozenset({"dispatcher"}), Reach.DIVISION),
    Permission("hotline.import", SYSTEM, Reach.PROVINCE),
    Permission("hotline.configure", frozenset({"dispatcher"}), Reach.DIVISION),
    Permission("hotline.configure", SYSTEM, Reach.PROVINCE),
    Permission("hotline.read_rates", HOTLINE | {"supervisor", "leader"}, Reach.DIVISION),
)


class HotlineConfig(AppConfig):
    name = "yitang.public.hotline"
    label = "hotline"

    def ready(self) -> None:
        from yitang.data.exchange.api import case_matters, register_matter_finder
        from yitang.ground.casework.api import CasesFoundLate
        from yitang.ground.metrics.api import register_metric
        from yitang.ground.plumbing.api import register_listener

        from .actions.counting import note_late
        from .queries import METRICS

        register_matter_finder(KIND, case_matters(KIND))
        register_workflow(APPEAL)
        for permission in PERMISSIONS:
            register_permission(permission)
        register_listener(CasesFoundLate, note_late)
        for metric in METRICS:
            register_metric(metric)
