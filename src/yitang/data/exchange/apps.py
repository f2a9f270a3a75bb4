from django.apps import AppConfig


class ExchangeConfig(AppConfig):
    name = "yitang.data.exchange"
    label = "exchange"
