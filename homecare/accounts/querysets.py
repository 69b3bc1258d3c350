from datetime import date
from typing import Any, Self

from django.contrib.auth.models import UserManager
from django.db.models import Q

from homecare.core.models import PeriodQuerySet


class RoleAssignmentQuerySet(PeriodQuerySet):
    def in_force(self, day: date) -> Self:
        return self.on(day).filter(ended_at=None)

    def open_on(self, day: date) -> Self:
        """Those in force on `day`, and those to come."""
        return self.filter(Q(ends_on=None) | Q(ends_on__gte=day), ended_at=None)


class AccountManager(UserManager):
    """Accounts are known by their e-mail address."""

    def get_by_natural_key(self, username: str | None):
        return self.get(email__iexact=(username or "").strip())

    def _create_user(self, username: Any, email: Any, password: Any, **extra: Any):
        user = self.model(email=self.normalize_email(email).lower(), **extra)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_user(self, email: str, password: str | None = None, **extra: Any):  # type: ignore[override]
        return self._create_user(None, email, password, **extra)
