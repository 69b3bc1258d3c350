from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

# Whoever has none of these rights would find nothing.
SEARCHABLE = ("see_recipients", "see_keys", "see_locks", "see_properties", "see_staff")


class DeskConfig(AppConfig):
    name = "homecare.desk"
    label = "desk"

    def ready(self) -> None:
        from homecare.accounts.access import may  # noqa: PLC0415 - needs the apps to be ready
        from homecare.ui import menu  # noqa: PLC0415

        menu.register("start", _("Start"), "desk:start", "home", order=10)
        menu.register(
            "search",
            _("Sök"),
            "desk:search",
            "search",
            may=lambda user: any(may(user, right) for right in SEARCHABLE),
            place="search",
        )
