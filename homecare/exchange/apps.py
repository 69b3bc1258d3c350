from django.apps import AppConfig


class ExchangeConfig(AppConfig):
    name = "homecare.exchange"
    label = "exchange"
