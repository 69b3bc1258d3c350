from celery import current_app
from django.apps import AppConfig


class CoreConfig(AppConfig):
    name = "homecare.core"
    label = "core"

    def ready(self) -> None:
        # The web process starts tasks by name and must know them too;
        # autodiscovery alone waits for a worker.
        current_app.autodiscover_tasks(force=True)
