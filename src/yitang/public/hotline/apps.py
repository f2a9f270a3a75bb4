from django.apps import AppConfig


class HotlineConfig(AppConfig):
    name = "yitang.public.hotline"
    label = "hotline"
