"""Moves between states, after the room's own table of moves."""

from collections.abc import Collection, Mapping
from typing import Any, TypeVar

from django.db import models, transaction
from django.utils.translation import gettext as _

from homecare.core import clock
from homecare.core.errors import RuleBroken

Row = TypeVar("Row", bound=models.Model)


class MoveRefused(RuleBroken):
    """The row is not in a state from which this move is allowed."""


@transaction.atomic
def locked(row: Row) -> Row:
    """The row as it is now, locked until the transaction ends."""
    return type(row)._default_manager.select_for_update(of=("self",)).get(pk=row.pk)


@transaction.atomic
def move(
    row: Row, to: str, *, moves: Mapping[Any, Collection[Any]], by: Any = None, **changes: Any
) -> Row:
    """Move `row` to the state `to`, once, and return it as saved.

    The row is locked and read again first, so of two people who press the button at the same
    moment one moves it and the other is refused. `by` becomes the author of the history row.
    """
    fresh: Any = locked(row)
    if to not in moves.get(fresh.state, ()):
        raise MoveRefused(
            _("Det går inte längre: läget är redan ”%(state)s”. Ladda om sidan.")
            % {"state": fresh.get_state_display()}
        )
    for field, value in {"state": to, **changes}.items():
        setattr(fresh, field, value)
    fresh._history_user = by
    fresh._history_date = clock.now()
    fresh.save(update_fields=["state", *changes])
    return fresh
