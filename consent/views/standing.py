"""The page that shows how the asking of owners stands."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from consent.forms import AreaFilter
from consent.queries import homes_without_protection, people_behind
from consent.queries import standing as queries
from homecare.accounts.access import needs
from homecare.core.web import page


@needs("see_consents")
@require_GET
def standing(request: HttpRequest) -> HttpResponse:
    """By kind of owner, by month, who unlocks most, and street by street: of the way to the homes
    of those whom the user sees.
    """
    form = AreaFilter(request.GET)
    area = form.cleaned_data["area"] if form.is_valid() else None
    entrances = queries.entrances_seen_by(request.user, area)
    behind = people_behind(homes_without_protection(request.user, "see_consents"))
    unlocks = {pk: len(people) for pk, people in behind.items()}
    context = {
        "form": form,
        "area": area,
        "columns": queries.column_labels(),
        "rows": queries.by_owner_kind(entrances),
        "months": queries.by_month(),
        "owners": queries.who_unlocks_most(entrances, behind),
        "streets": queries.streets(entrances, unlocks),
    }
    return page(request, "consent/standing.html", context)
