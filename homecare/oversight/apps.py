from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class OversightConfig(AppConfig):
    name = "homecare.oversight"
    label = "oversight"

    def ready(self) -> None:
        from homecare.accounts.access import may  # noqa: PLC0415 - needs the apps to be ready
        from homecare.ui import menu  # noqa: PLC0415

        menu.register(
            "reports",
            _("Rapporter"),
            "oversight:report_list",
            "report",
            may=lambda user: may(user, "see_reports"),
            order=80,
        )
