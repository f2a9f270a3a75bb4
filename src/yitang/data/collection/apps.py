from django.apps import AppConfig


class CollectionConfig(AppConfig):
    name = "yitang.data.collection"
    label = "collection"
