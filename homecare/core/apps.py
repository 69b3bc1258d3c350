from typing import Any

from celery import current_app
from django.apps import AppConfig
from django.db.backends.signals import connection_created
from simple_history.signals import pre_create_historical_record

from homecare.core import clock, sqlite


class CoreConfig(AppConfig):
    name = "homecare.core"
    label = "core"

    def ready(self) -> None:
        connection_created.connect(sqlite.teach)
        # The web process starts tasks by name and must know them too;
        # autodiscovery alone waits for a worker.
        current_app.autodiscover_tasks(force=True)
        pre_create_historical_record.connect(_date_by_our_clock, dispatch_uid="core.history")


def _date_by_our_clock(*, history_instance: Any, **_kwargs: Any) -> None:
    """History is dated by the one clock that tests and the demo can set."""
    history_instance.history_date = clock.now()
