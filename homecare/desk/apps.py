from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DeskConfig(AppConfig):
    name = "homecare.desk"
    label = "desk"

    def ready(self) -> None:
        from homecare.ui import menu  # noqa: PLC0415 - the menu is filled when apps are ready

        menu.register("start", _("Start"), "desk:start", "home", order=10)
        menu.register("search", _("Sök"), "desk:search", "search", place="search")
