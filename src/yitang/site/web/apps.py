from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "yitang.site.web"
    label = "web"
