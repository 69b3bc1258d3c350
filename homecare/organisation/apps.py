from django.apps import AppConfig


class OrganisationConfig(AppConfig):
    name = "homecare.organisation"
    label = "organisation"
