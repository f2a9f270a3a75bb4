from django.apps import AppConfig


class OrganisationsConfig(AppConfig):
    name = "yitang.ground.organisations"
    label = "organisations"
