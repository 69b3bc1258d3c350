"""Whom an import concerned."""

from collections.abc import Iterator
from typing import Any

from django.contrib.contenttypes.models import ContentType

from homecare.exchange.models import Import
from homecare.recipients.models import Commission, Recipient, Residence
from homecare.recipients.querysets import running_or_closing
from properties.models import HomeDoor

CHUNK = 900  # as many as every database takes in one question


def people_of(batch: Import) -> list[dict[str, Any]]:
    """The recipients whose rows the import made or changed, as entries for the trail."""
    pks: set[int] = set()
    for content_type_id in set(batch.imported.order_by().values_list("content_type_id", flat=True)):
        model: Any = ContentType.objects.get_for_id(content_type_id).model_class()
        rows = batch.imported.filter(content_type=content_type_id).order_by("pk")
        for chunk in _chunks(list(rows.values_list("row_id", flat=True))):
            pks.update(_recipients_of(model, chunk))
    entries = []
    for chunk in _chunks(sorted(pks)):
        units = dict(
            Commission.objects.filter(recipient__in=chunk)
            .order_by("starts_on", "pk")
            .values_list("recipient_id", "unit__ref")
        )
        for person in Recipient.objects.filter(pk__in=chunk).only("ref").order_by("pk"):
            unit = units.get(person.pk)
            entries.append({"obj": person, "person": person, "unit": unit and str(unit)})
    return entries


def _recipients_of(model: Any, pks: list[int]) -> Any:
    if model is Recipient:
        return pks
    if model is HomeDoor:
        lived = Residence.objects.filter(running_or_closing(), home_door__in=pks)
        return lived.order_by().values_list("recipient_id", flat=True)
    if any(field.name == "recipient" for field in model._meta.fields):
        rows = model._base_manager.filter(pk__in=pks)
        return rows.order_by().values_list("recipient_id", flat=True)
    return []


def _chunks(pks: list[int]) -> Iterator[list[int]]:
    for start in range(0, len(pks), CHUNK):
        yield pks[start : start + CHUNK]
