from django.apps import AppConfig


class UiConfig(AppConfig):
    name = "homecare.ui"
    label = "ui"
