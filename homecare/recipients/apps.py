from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from homecare.ui import menu


class RecipientsConfig(AppConfig):
    name = "homecare.recipients"
    label = "recipients"

    def ready(self) -> None:
        from homecare.accounts.access import may  # noqa: PLC0415 - models are loaded only now
        from homecare.recipients.access import homes_seen_by  # noqa: PLC0415
        from properties.access import homes_are_seen_by  # noqa: PLC0415

        homes_are_seen_by(homes_seen_by)
        menu.register(
            "recipients",
            _("Hemtjänsttagare"),
            "recipients:recipient_list",
            "person",
            may=lambda user: may(user, "see_recipients"),
            order=20,
        )
        menu.register(
            "protected",
            _("Skyddade personuppgifter"),
            "recipients:named_grants",
            "shield",
            may=lambda user: may(user, "name_protected"),
            order=25,
        )
