"""What the report and the lists count."""

from datetime import date

from django.db.models import Count, Q, QuerySet
from django.db.models.functions import TruncMonth

from locks.models import Handout, Installation


def keys_out() -> QuerySet[Handout]:
    """The open loans: one for each key that is out."""
    return Handout.objects.open()


def handouts_without_receipt() -> QuerySet[Handout]:
    """Keys that are out without a signed receipt that holds. Must be empty."""
    return keys_out().filter(Q(receipt__signature=b"") | Q(receipt__reversed_by__isnull=False))


def fittings_per_month(since: date) -> dict[date, int]:
    """The first day of each month → how many locks were fitted in it."""
    rows = (
        Installation.objects.filter(fitted_at__date__gte=since)
        .order_by()
        .annotate(month=TruncMonth("fitted_at"))
        .values_list("month")
        .annotate(number=Count("pk"))
        .order_by("month")
    )
    return {month.date(): number for month, number in rows}
