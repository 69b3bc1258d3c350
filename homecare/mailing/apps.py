from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from homecare.ui import menu


class MailingConfig(AppConfig):
    name = "homecare.mailing"
    label = "mailing"

    def ready(self) -> None:
        from homecare.accounts.access import may  # noqa: PLC0415 - models are not there before

        menu.register(
            "messages",
            _("Utgående meddelanden"),
            "mailing:message_list",
            "mail",
            may=lambda user: may(user, "see_mail"),
            order=70,
        )
