from typing import Any

from django.apps import AppConfig
from django.db import connections
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _

from homecare.ui import menu


class ConsentConfig(AppConfig):
    name = "consent"
    label = "consent"

    def ready(self) -> None:
        # The rooms beneath load models, which are not there before this moment.
        from consent.letters import draw  # noqa: PLC0415
        from homecare.accounts.access import may  # noqa: PLC0415
        from homecare.mailing import letters  # noqa: PLC0415

        letters.register("consent.consentcase", draw)
        post_migrate.connect(_put_texts, sender=self, dispatch_uid="consent.texts")
        menu.register(
            "consents",
            _("Medgivanden"),
            "consent:coverage",
            "signature",
            may=lambda user: may(user, "see_consents"),
            order=30,
        )
        # Others come to the texts from the page of consents, which a system manager does not see.
        menu.register(
            "consent_texts",
            _("Medgivandetexter"),
            "consent:text_list",
            "file",
            may=lambda user: may(user, "change_organisation") and not may(user, "see_consents"),
            order=31,
        )


def _put_texts(using: str, **_kwargs: Any) -> None:
    """The texts of this version of the application are there as soon as the tables are."""
    from consent.actions import ensure_texts  # noqa: PLC0415

    if "consent_consenttext" in connections[using].introspection.table_names():
        ensure_texts()
