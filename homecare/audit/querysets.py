"""Which entries."""

from typing import Any, Self

from django.db import models


def ref_of(thing: Any) -> str:
    """The plain reference the trail keeps of `thing`: text itself, its `ref`, or its pk."""
    if thing is None:
        return ""
    if isinstance(thing, str):
        return thing
    ref = getattr(thing, "ref", None) or getattr(thing, "pk", None)
    if ref is None:
        raise ValueError(f"{thing!r} has no reference: it is not saved.")
    return str(ref)


class TrailEntryQuerySet(models.QuerySet):
    """Entries, by what they speak of."""

    def about_person(self, person: Any) -> Self:
        return self.filter(person_ref=ref_of(person))

    def about(self, thing: Any) -> Self:
        return self.filter(object_type=thing._meta.label_lower, object_ref=ref_of(thing))

    def done_by(self, actor: Any) -> Self:
        return self.filter(actor=ref_of(actor) or "system")

    def in_unit(self, unit: Any) -> Self:
        return self.filter(unit_ref=ref_of(unit))
