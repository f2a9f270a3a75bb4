from django.apps import AppConfig


class HallsConfig(AppConfig):
    name = "yitang.public.halls"
    label = "halls"
