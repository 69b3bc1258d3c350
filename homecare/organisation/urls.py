from django.urls import path

from homecare.organisation import views

app_name = "organisation"
urlpatterns = [
    path("", views.unit_list, name="unit_list"),
    path("enheter/ny/", views.unit_add, name="unit_add"),
    path("enheter/<uuid:unit>/", views.unit, name="unit"),
    path("enheter/<uuid:unit>/andra/", views.unit_change, name="unit_change"),
    path("enheter/<uuid:unit>/avsluta/", views.unit_close, name="unit_close"),
    path("enheter/<uuid:unit>/oppna/", views.unit_reopen, name="unit_reopen"),
    path("utforare/", views.provider_list, name="provider_list"),
    path("utforare/ny/", views.provider_add, name="provider_add"),
    path("utforare/<uuid:provider>/", views.provider, name="provider"),
    path("utforare/<uuid:provider>/andra/", views.provider_change, name="provider_change"),
    path("stadsdelsomraden/", views.district_list, name="district_list"),
    path("stadsdelsomraden/nytt/", views.district_add, name="district_add"),
    path("stadsdelsomraden/<uuid:district>/andra/", views.district_change, name="district_change"),
]
