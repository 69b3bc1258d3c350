"""Holding a row for a piece of work without holding the database."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import TypeVar

from django.db import models
from django.db.models import Q

from homecare.core import clock

Row = TypeVar("Row", bound=models.Model)


@contextmanager
def claim(model: type[Row], pk: int, *, lasting: timedelta) -> Iterator[Row | None]:
    """Hold one row (with a `claimed_until` field) for a piece of work, without a database lock.

    Gives the row, or None when somebody else is at it. A worker that dies frees the row when the
    claim runs out, so `lasting` must be well above the time limit of the outside call.
    """
    now = clock.now()
    until = now + lasting
    free = Q(claimed_until=None) | Q(claimed_until__lte=now)
    if not model._base_manager.filter(free, pk=pk).update(claimed_until=until):
        yield None
        return
    try:
        yield model._base_manager.get(pk=pk)
    finally:
        model._base_manager.filter(pk=pk, claimed_until=until).update(claimed_until=None)
