from django.apps import AppConfig


class WorkforceConfig(AppConfig):
    name = "yitang.public.workforce"
    label = "workforce"
