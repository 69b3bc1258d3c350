from typing import Any, Self

from django.db.models import QuerySet

from homecare.accounts.access import may, may_everywhere


class ImportQuerySet(QuerySet):
    def visible_to(self, user: Any) -> Self:
        """One's own imports; whoever may bring in lists everywhere sees all."""
        if may_everywhere(user, "import_lists"):
            return self
        return self.filter(uploaded_by=user) if may(user, "import_lists") else self.none()
