from django.apps import AppConfig


class RecipientsConfig(AppConfig):
    name = "homecare.recipients"
    label = "recipients"
