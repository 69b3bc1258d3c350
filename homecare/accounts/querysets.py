from datetime import date
from typing import Self

from django.contrib.auth.models import UserManager
from django.db.models import Q

from homecare.core.models import TrackedQuerySet


class RoleAssignmentQuerySet(TrackedQuerySet):
    def in_force(self, day: date) -> Self:
        return self.filter(
            Q(ends_on=None) | Q(ends_on__gte=day), starts_on__lte=day, ended_at=None
        )

    def turning(self, since: date, day: date) -> Self:
        """Those that began or ended by the calendar from `since` to `day`."""
        return self.filter(
            Q(starts_on__range=(since, day)) | Q(ends_on__gte=since, ends_on__lt=day)
        )


class AccountManager(UserManager):
    """Accounts are known by their e-mail address."""

    def get_by_natural_key(self, username: str | None):
        return self.get(email__iexact=username or "")

    def _create_user(self, username, email, password, **extra):
        user = self.model(email=self.normalize_email(email).lower(), **extra)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_user(self, email: str, password: str | None = None, **extra):
        return self._create_user(None, email, password, **extra)
