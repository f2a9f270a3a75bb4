from django.apps import AppConfig


class LakeConfig(AppConfig):
    name = "yitang.data.lake"
    label = "lake"
