"""Paging through long lists by the last row seen, never by counting rows past.

The address carries the reference of that row (`?after=…`, `?before=…`) and so no personal data.
"""

import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet
from django.http import QueryDict

PAGE_SIZE = 50


@dataclass(frozen=True, slots=True)
class Page:
    """Some rows of a list, and the addresses of those before and after ("" when there are none)."""

    rows: list[Any]
    previous_url: str = ""
    next_url: str = ""

    def __iter__(self) -> Iterator[Any]:
        return iter(self.rows)

    def __len__(self) -> int:
        return len(self.rows)


def paged(
    rows: QuerySet,
    asked: QueryDict,
    *,
    sorts: Mapping[str, Sequence[str]],
    default: str,
    size: int = PAGE_SIZE,
) -> Page:
    """The page of `rows` that the address asks for.

    `sorts` names the ways to sort ("name" → the fields, none of which may be NULL); the address
    chooses one by `sort=name` or `sort=-name`. A row that is gone, or a sort that is not known,
    gives the first page: an old address is no fault. Costs one query, or two past the first page.
    """
    chosen = asked.get("sort", "")
    if chosen.lstrip("-") not in sorts:
        chosen = default
    backwards = chosen.startswith("-")
    fields = [*sorts[chosen.lstrip("-")], "pk"]

    seen, upwards = _row_seen(rows, asked, fields)
    flipped = backwards != upwards
    order = [f"-{field}" if flipped else field for field in fields]
    found = rows.order_by(*order)
    if seen:
        found = found.filter(_beyond(fields, seen, "lt" if flipped else "gt"))
    taken = list(found[: size + 1])
    more = len(taken) > size
    taken = taken[:size]
    if upwards:
        taken.reverse()

    has_previous = more if upwards else bool(seen)
    has_next = bool(seen) if upwards else more
    return Page(
        taken,
        previous_url=_url(asked, "before", taken[0]) if taken and has_previous else "",
        next_url=_url(asked, "after", taken[-1]) if taken and has_next else "",
    )


def _row_seen(
    rows: QuerySet, asked: QueryDict, fields: Sequence[str]
) -> tuple[tuple[Any, ...] | None, bool]:
    """The sort values of the row that the address points at, and whether to go upwards from it."""
    for position in ("after", "before"):
        try:
            ref = uuid.UUID(asked.get(position, ""))
        except ValueError:
            continue
        seen = rows.filter(ref=ref).order_by().values_list(*fields).first()
        if seen is not None:
            return seen, position == "before"
    return None, False


def _beyond(fields: Sequence[str], values: Sequence[Any], way: str) -> Q:
    """(a, b, pk) > (x, y, z), written so that each database can use an index on the first."""
    beyond = Q()
    equal = Q()
    for field, value in zip(fields, values, strict=True):
        beyond |= equal & Q(**{f"{field}__{way}": value})
        equal &= Q(**{field: value})
    return Q(**{f"{fields[0]}__{way}e": values[0]}) & beyond


def _url(asked: QueryDict, position: str, row: Any) -> str:
    query = asked.copy()
    for old in ("after", "before"):
        query.pop(old, None)
    query[position] = str(row.ref)
    return f"?{query.urlencode()}"
