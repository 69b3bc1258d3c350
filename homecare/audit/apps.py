from typing import Any

from django.apps import AppConfig
from django.db import connections
from django.db.models.signals import post_migrate

from homecare.audit import triggers


class AuditConfig(AppConfig):
    name = "homecare.audit"
    label = "audit"

    def ready(self) -> None:
        post_migrate.connect(_guard_the_trail, sender=self)


def _guard_the_trail(*, using: str, **_: Any) -> None:
    connection = connections[using]
    # Migrated back to nothing, there is nothing to guard.
    if triggers.ENTRIES in connection.introspection.table_names():
        triggers.install(connection)
