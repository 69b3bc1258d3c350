"""Swedish working days and office hours."""

from datetime import date, datetime, time, timedelta
from functools import lru_cache

import holidays
from django.utils import timezone

OFFICE_OPENS = time(8, 0)
OFFICE_CLOSES = time(16, 30)


@lru_cache(maxsize=32)
def _holidays(year: int) -> frozenset[date]:
    # The public holidays (lag 1989:253) and the eves that are days off in practice.
    return frozenset(
        holidays.country_holidays(
            "SE", years=year, include_sundays=False, categories=("public", "de_facto")
        )
    )


def is_working_day(day: date) -> bool:
    return day.weekday() < 5 and day not in _holidays(day.year)


def next_working_day(day: date) -> date:
    """`day` itself when it is a working day, otherwise the first one after it."""
    while not is_working_day(day):
        day += timedelta(days=1)
    return day


def is_office_hours(moment: datetime) -> bool:
    local = timezone.localtime(moment)
    return is_working_day(local.date()) and OFFICE_OPENS <= local.time() < OFFICE_CLOSES
