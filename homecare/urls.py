"""Every address of the application. Rooms bring their own."""

from django.urls import include, path
from django.views.i18n import set_language

from homecare.accounts.access import open_to_all

urlpatterns = [
    path(
        "sprak/",
        open_to_all("anyone may choose the language of the page")(set_language),
        name="set_language",
    ),
    path("konto/", include("homecare.accounts.urls")),
    path("ui/", include("homecare.ui.urls")),
    path("organisation/", include("homecare.organisation.urls")),
    path("medarbetare/", include("homecare.staff.urls")),
    path("hemtjansttagare/", include("homecare.recipients.urls")),
    path("fastigheter/", include("properties.urls")),
    path("medgivanden/", include("consent.urls")),
    path("las/", include("locks.urls")),
    path("meddelanden/", include("homecare.mailing.urls")),
    path("listor/", include("homecare.exchange.urls")),
    path("rapporter/", include("homecare.oversight.urls")),
    path("", include("homecare.desk.urls")),
]
