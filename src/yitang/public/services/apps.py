from django.apps import AppConfig


class ServicesConfig(AppConfig):
    name = "yitang.public.services"
    label = "services"
