"""Which messages."""

from typing import Any, Self

from django.db import models
from django.db.models import Case, IntegerField, Value, When

from homecare.accounts.access import may


class MessageQuerySet(models.QuerySet):
    def visible_to(self, user: Any) -> Self:
        """Messages go to owners and contacts of the whole municipality, never to recipients."""
        return self if may(user, "see_mail") else self.none()

    def about(self, thing: Any) -> Self:
        return self.filter(about_type=thing._meta.label_lower, about_ref=str(thing.ref))

    def needing_somebody(self) -> Self:
        """Those that did not leave and should have: a person must see to them."""
        return self.filter(state__in=["failed", "not_sent"])

    def to_print(self) -> Self:
        """Letters that wait until somebody prints them."""
        return self.filter(channel="letter", state="waiting")

    def for_list(self) -> Self:
        """Without the text, which holds the sealed link; with the tries."""
        return self.defer("body").prefetch_related("attempts")

    def with_urgency(self) -> Self:
        """Add `urgency`: most for what somebody must look at, then for what waits."""
        return self.annotate(
            urgency=Case(
                When(state="failed", then=Value(3)),
                When(state="not_sent", then=Value(2)),
                When(state="waiting", then=Value(1)),
                default=Value(0),
                output_field=IntegerField(),
            )
        )
