from django.apps import AppConfig


class DeskConfig(AppConfig):
    name = "homecare.desk"
    label = "desk"
