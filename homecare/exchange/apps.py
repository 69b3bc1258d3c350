from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ExchangeConfig(AppConfig):
    name = "homecare.exchange"
    label = "exchange"

    def ready(self) -> None:
        from homecare.accounts.access import may  # noqa: PLC0415 - needs the apps to be ready
        from homecare.ui import menu  # noqa: PLC0415

        menu.register(
            "exchange",
            _("Läs in listor"),
            "exchange:import_list",
            "upload",
            may=lambda user: may(user, "import_lists"),
            order=75,
        )
