from django.apps import AppConfig


class PlumbingConfig(AppConfig):
    name = "yitang.ground.plumbing"
    label = "plumbing"
