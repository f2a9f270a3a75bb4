from django.apps import AppConfig


class CatalogueConfig(AppConfig):
    name = "yitang.data.catalogue"
    label = "catalogue"
