from typing import Any

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from homecare.ui import menu


class LocksConfig(AppConfig):
    name = "locks"
    label = "locks"

    def ready(self) -> None:
        from consent import fitted  # noqa: PLC0415 - models are loaded only now
        from homecare.accounts.access import may  # noqa: PLC0415
        from homecare.accounts.roles import Role  # noqa: PLC0415
        from locks.queries import fitted_on  # noqa: PLC0415

        fitted.register(fitted_on)

        def carries_keys(user: Any) -> bool:
            return Role.CARE_WORKER in user.roles

        menu.register(
            "my_day",
            _("Min dag"),
            "locks:my_day",
            "calendar",
            may=lambda user: may(user, "do_work"),
            order=15,
        )
        menu.register(
            "doors",
            _("Dörrar och lås"),
            "locks:door_list",
            "lock",
            may=lambda user: may(user, "see_locks"),
            order=35,
        )
        menu.register(
            "orders",
            _("Arbetsordrar"),
            "locks:order_list",
            "tools",
            may=lambda user: may(user, "see_locks"),
            order=40,
        )
        menu.register(
            "keys",
            _("Nycklar"),
            "locks:key_list",
            "key",
            may=lambda user: may(user, "see_keys"),
            order=45,
        )
        menu.register(
            "my_keys", _("Mina nycklar"), "locks:my_keys", "key", may=carries_keys, order=20
        )
        # Others borrow a key now and then, and sign for it like everybody else.
        menu.register(
            "my_borrowed_keys",
            _("Mina nycklar"),
            "locks:my_keys",
            "key",
            may=lambda user: not carries_keys(user),
            order=105,
            place="account",
        )
