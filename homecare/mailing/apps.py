from django.apps import AppConfig


class MailingConfig(AppConfig):
    name = "homecare.mailing"
    label = "mailing"
