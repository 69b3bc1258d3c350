"""What rows have in common. No tables here."""

import uuid
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date
from typing import Any, Self

from django.db import models
from django.db.models import F, Q
from simple_history.utils import bulk_create_with_history, bulk_update_with_history

from homecare.core import clock

_history_is_written: ContextVar[bool] = ContextVar("history_is_written", default=False)


@contextmanager
def _writing_history() -> Iterator[None]:
    token = _history_is_written.set(True)
    try:
        yield
    finally:
        _history_is_written.reset(token)


class TrackedQuerySet(models.QuerySet):
    """A queryset of rows with history: what would change rows without it is refused."""

    def _refuse_without_history(self, what: str) -> None:
        if not _history_is_written.get():
            raise TypeError(
                f"{self.model.__name__}.objects.{what} writes no history. "
                "Save the rows, or use create_tracked / update_tracked of homecare.core.models."
            )

    def update(self, **kwargs: Any) -> int:
        self._refuse_without_history("update()")
        return super().update(**kwargs)

    def delete(self) -> tuple[int, dict[str, int]]:
        self._refuse_without_history("delete()")
        return super().delete()

    def bulk_create(self, objs: Any, *args: Any, **kwargs: Any) -> Any:
        self._refuse_without_history("bulk_create()")
        return super().bulk_create(objs, *args, **kwargs)

    def bulk_update(self, objs: Any, fields: Any, *args: Any, **kwargs: Any) -> int:
        self._refuse_without_history("bulk_update()")
        return super().bulk_update(objs, fields, *args, **kwargs)


def create_tracked(rows: list[Any], *, by: Any, reason: str = "") -> list[Any]:
    """Create many rows of one model, each with its history row. Call inside a transaction."""
    if not rows:
        return []
    with _writing_history():
        return bulk_create_with_history(
            rows,
            type(rows[0]),
            batch_size=500,
            default_user=by,
            default_change_reason=reason or None,
            default_date=clock.now(),
        )


def update_tracked(rows: Iterable[Any], fields: list[str], *, by: Any, reason: str = "") -> int:
    """Save `fields` of many rows of one model, each with its history row."""
    rows = list(rows)
    if not rows:
        return 0
    with _writing_history():
        return bulk_update_with_history(
            rows,
            type(rows[0]),
            fields,
            batch_size=500,
            default_user=by,
            default_change_reason=reason or None,
            default_date=clock.now(),
        )


def delete_tracked(model: Any, pks: list[int], *, by: Any, reason: str = "") -> int:
    """Remove many rows of one model, each with a history row of what it was. In a transaction.

    Only for rows that nothing points at: the database refuses the rest.
    """
    history = model.history.model
    for start in range(0, len(pks), 500):
        rows = model._base_manager.filter(pk__in=pks[start : start + 500])
        history._base_manager.bulk_create(
            history(
                history_date=clock.now(),
                history_type="-",
                history_user=by,
                history_change_reason=reason or None,
                **{field.attname: getattr(row, field.attname) for field in history.tracked_fields},
            )
            for row in rows
        )
        rows._raw_delete(rows.db)
    return len(pks)


def save_as(row: Any, by: Any, *, reason: str = "", fields: Iterable[str] | None = None) -> Any:
    """Save one row with `by` (a user, or None for the system) as the author of its history."""
    row._history_user = by
    row._history_date = clock.now()
    row._change_reason = reason or None
    row.save(update_fields=None if fields is None else list(fields))
    return row


def delete_as(row: Any, by: Any) -> None:
    """Take one row away with `by` as the author of its last history row. What ends is ended
    instead; this is for links that have no life of their own.
    """
    row._history_user = by
    row.delete()


class Row(models.Model):
    """A row with an opaque reference, which is what addresses and the trail show of it."""

    ref = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)

    class Meta:
        abstract = True


class PeriodQuerySet(TrackedQuerySet):
    """Rows that are true from a day to a day. `ends_on` is the last day; None is until further."""

    def on(self, day: date) -> Self:
        """Those that are true on `day`."""
        return self.filter(Q(ends_on=None) | Q(ends_on__gte=day), starts_on__lte=day)

    def overlapping(self, starts_on: date, ends_on: date | None) -> Self:
        """Those that share a day with the given period."""
        rows = self.filter(Q(ends_on=None) | Q(ends_on__gte=starts_on))
        return rows if ends_on is None else rows.filter(starts_on__lte=ends_on)


class Period(models.Model):
    """Something that is true from `starts_on` to `ends_on`, both days included.

    Its manager comes from `PeriodQuerySet`, or a queryset built on that.
    """

    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)

    class Meta:
        abstract = True

    def holds_on(self, day: date) -> bool:
        return self.starts_on <= day and (self.ends_on is None or self.ends_on >= day)


def ends_after_it_starts(name: str) -> models.CheckConstraint:
    """The constraint of every period: it does not end before it starts."""
    return models.CheckConstraint(
        name=name, condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on"))
    )
