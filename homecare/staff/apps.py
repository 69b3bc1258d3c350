from django.apps import AppConfig


class StaffConfig(AppConfig):
    name = "homecare.staff"
    label = "staff"
