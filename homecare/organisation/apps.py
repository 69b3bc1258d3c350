from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from homecare.ui import menu


class OrganisationConfig(AppConfig):
    name = "homecare.organisation"
    label = "organisation"

    def ready(self) -> None:
        from homecare.organisation.access import may  # noqa: PLC0415 - models are loaded only now

        menu.register(
            "organisation",
            _("Enheter och utförare"),
            "organisation:unit_list",
            "building",
            may=lambda user: may(user, "see_staff") or may(user, "change_organisation"),
            order=75,
        )
