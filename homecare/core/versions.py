"""Two people change the same thing: the later one is told, before anything is written over.

A page that shows a form keeps the version it showed in a hidden field. The action gets it as
`seen`, locks the row and calls `refuse_if_changed`. See `homecare.core.forms.ChangeForm`.
"""

from typing import Any

from django.db import models
from django.utils.translation import gettext as _

from homecare.core.errors import RuleBroken


class ChangedMeanwhile(RuleBroken):
    """Somebody else changed `fields` after the page was shown; `version` is the one of now."""

    def __init__(self, who: str, fields: frozenset[str], version: str) -> None:
        super().__init__(
            _(
                "Medan du skrev ändrade %(who)s samma sak. Inget av ditt är sparat än, och inget "
                "är borta. Jämför och spara igen."
            )
            % {"who": who}
        )
        self.fields = fields
        self.version = version


def version_of(source: Any) -> str:
    """The version of a saved row, or of the parts behind a related manager, as it is now."""
    newest = _history(source).values_list("history_id", flat=True).first()
    return "" if newest is None else str(newest)


def refuse_if_changed(source: Any, seen: str | None) -> None:
    """Raise `ChangedMeanwhile` if the source has another version than the one `seen`.

    None means that whoever asks has seen no version, as an import has not. Call it with the row
    locked. Saving without a change is no change.
    """
    if seen is None:
        return
    newest = _history(source).select_related("history_user").first()
    if newest is None or str(newest.history_id) == seen:
        return
    fields: frozenset[str] = frozenset()
    if isinstance(source, models.Model):
        fields = _changed_fields(source, newest, seen)
        if not fields:
            return
    raise ChangedMeanwhile(
        str(newest.history_user or _("systemet")), fields, str(newest.history_id)
    )


def _history(source: Any) -> models.QuerySet:
    if isinstance(source, models.Model):
        model, mine = type(source), {"id": source.pk}
    else:
        model, mine = source.model, {source.field.attname: source.instance.pk}
    history: Any = model.history  # type: ignore[attr-defined]
    return history.filter(**mine).order_by("-history_id")


def _changed_fields(row: models.Model, newest: Any, seen: str) -> frozenset[str]:
    fields = [field for field in newest.tracked_fields if field.editable]
    old = _history(row).filter(history_id=seen).first() if seen.isdecimal() else None
    if old is None:
        return frozenset(field.name for field in fields)
    return frozenset(
        field.name
        for field in fields
        if getattr(old, field.attname) != getattr(newest, field.attname)
    )
