from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from homecare.ui import menu


class StaffConfig(AppConfig):
    name = "homecare.staff"
    label = "staff"

    def ready(self) -> None:
        from homecare.accounts.access import may  # noqa: PLC0415 - models are loaded only now

        menu.register(
            "staff",
            _("Medarbetare"),
            "staff:staff_list",
            "people",
            may=lambda user: may(user, "see_staff"),
            order=60,
        )
        menu.register(
            "my_agreement",
            _("Användaravtalet"),
            "staff:my_agreement",
            "signature",
            place="account",
            order=110,
        )
