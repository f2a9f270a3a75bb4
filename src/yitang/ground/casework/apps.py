from django.apps import AppConfig


class CaseworkConfig(AppConfig):
    name = "yitang.ground.casework"
    label = "casework"
