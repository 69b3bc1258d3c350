from datetime import date, datetime, time, timedelta
from typing import Any, Self

from django.db.models import Q
from django.utils import timezone

from consent.states import LIVE, OPEN, WAITING, TextState
from homecare.accounts.access import may
from homecare.core import clock
from homecare.core.models import PeriodQuerySet, TrackedQuerySet
from homecare.recipients.models import Recipient


class TextQuerySet(TrackedQuerySet):
    def current(self, party: str, language: str) -> Any:
        """The newest approved version of the text to `party` that is valid today."""
        return (
            self.filter(
                party=party,
                language=language,
                state=TextState.APPROVED,
                valid_from__lte=clock.today(),
            )
            .order_by("-valid_from", "-pk")
            .first()
        )


class ProofQuerySet(TrackedQuerySet):
    """Written once: there is no changing of many, and no removing, save by the retention run."""

    def without_content(self) -> Self:
        """For lists: without the files themselves."""
        return self.defer("content")


class CaseQuerySet(TrackedQuerySet):
    def visible_to(self, user: Any) -> Self:
        """Requests to owners hold nothing about recipients: the municipality's, as its owners."""
        return self if may(user, "see_consents") else self.none()

    def workable_by(self, user: Any) -> Self:
        return self if may(user, "ask_consents") else self.none()

    def open(self) -> Self:
        return self.filter(state__in=OPEN)

    def live(self) -> Self:
        """Open ones and drafts: what they ask about is not asked about in another."""
        return self.filter(state__in=LIVE)

    def waiting(self) -> Self:
        return self.filter(state__in=WAITING)


class WithdrawalQuerySet(TrackedQuerySet):
    def visible_to(self, user: Any, right: str = "see_recipients") -> Self:
        """Of owners' consents all, and of recipients' those whose person the user sees."""
        people = Recipient.objects.visible_to(user, right)
        return self.filter(Q(consent__recipient=None) | Q(consent__recipient__in=people))


class ConsentQuerySet(PeriodQuerySet):
    def in_force(self, day: date | None = None) -> Self:
        """Those in force on `day` (today), and not ended by a person before its end."""
        day = day or clock.today()
        midnight = timezone.make_aware(datetime.combine(day + timedelta(days=1), time.min))
        # On a day that is past, what was ended after it still held.
        return self.on(day).filter(Q(ended_at=None) | Q(ended_at__gte=midnight))
