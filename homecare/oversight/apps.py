from django.apps import AppConfig


class OversightConfig(AppConfig):
    name = "homecare.oversight"
    label = "oversight"
