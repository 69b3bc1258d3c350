"""Encrypt anew, with the newest of FIELD_KEYS, all that is encrypted."""

from typing import Any

from django.apps import apps
from django.core.management.base import BaseCommand
from django.db import models, transaction

from homecare.core.encryption import EncryptedField

BATCH = 200


class Command(BaseCommand):
    help = (
        "Save every encrypted value, and its blind index, under the newest of FIELD_KEYS. People "
        "can work meanwhile, and it can be run again. Afterwards the old keys can be dropped."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        for model in apps.get_models():
            if fields := _fields_under_a_key(model):
                saved = _rotate(model, fields)
                self.stdout.write(f"{model._meta.label}: {saved}")


def _fields_under_a_key(model: type[models.Model]) -> list[str]:
    """The encrypted fields, and the blind index `<name>_index` of those that have one."""
    names = [field.name for field in model._meta.concrete_fields]
    encrypted = [f.name for f in model._meta.concrete_fields if isinstance(f, EncryptedField)]
    return encrypted + [f"{name}_index" for name in encrypted if f"{name}_index" in names]


def _rotate(model: type[models.Model], fields: list[str]) -> int:
    saved, last = 0, 0
    while True:
        with transaction.atomic():
            rows = (
                model._base_manager.select_for_update().filter(pk__gt=last).order_by("pk")[:BATCH]
            )
            for row in rows:
                _save_anew(row, fields)
                saved, last = saved + 1, row.pk
        if len(rows) < BATCH:
            return saved


def _save_anew(row: Any, fields: list[str]) -> None:
    if hasattr(row, "instance_type"):
        # A row of history: the model itself knows how its index is made.
        for name, value in _as_it_would_be_saved(row.instance, fields).items():
            setattr(row, name, value)
    row.skip_history_when_saving = True  # nothing that a person would call a change
    row.save(update_fields=fields)


def _as_it_would_be_saved(instance: Any, fields: list[str]) -> dict[str, Any]:
    """Let the model's own `save` fill in what it fills in, without writing anything."""
    instance.save_base = lambda **_options: None
    instance.save()
    return {name: getattr(instance, name) for name in fields}
