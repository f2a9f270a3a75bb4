from django.apps import AppConfig


class FusionConfig(AppConfig):
    name = "yitang.data.fusion"
    label = "fusion"
