from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from homecare.ui import menu


class PropertiesConfig(AppConfig):
    name = "properties"
    label = "properties"

    def ready(self) -> None:
        from homecare.accounts.access import may  # noqa: PLC0415 - models are loaded only now

        menu.register(
            "properties",
            _("Fastigheter och ägare"),
            "properties:property_list",
            "entrance",
            may=lambda user: may(user, "see_properties"),
            order=50,
        )
