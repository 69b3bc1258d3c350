from django.apps import AppConfig
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.utils.translation import gettext_lazy as _

from homecare.ui import menu


class AccountsConfig(AppConfig):
    name = "homecare.accounts"
    label = "accounts"

    def ready(self) -> None:
        from homecare.accounts import actions  # noqa: PLC0415 - models are loaded only now
        from homecare.accounts.access import may  # noqa: PLC0415

        # Django's own saves the whole row, history and all, at each sign-in.
        user_logged_in.disconnect(dispatch_uid="update_last_login")
        user_logged_in.connect(actions.note_signed_in)
        user_logged_out.connect(actions.note_signed_out)
        user_login_failed.connect(actions.note_sign_in_failed)

        menu.register(
            "my_account", _("Mitt konto"), "accounts:my_account", "person", place="account"
        )
        menu.register(
            "accounts",
            _("Konton och roller"),
            "accounts:account_list",
            "shield",
            may=lambda user: may(user, "assign_roles"),
            order=85,
        )
