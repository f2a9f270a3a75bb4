from django.apps import AppConfig


class LanguageConfig(AppConfig):
    name = "yitang.ground.language"
    label = "language"
