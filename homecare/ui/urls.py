from django.urls import path

from homecare.ui import views

app_name = "ui"
urlpatterns = [
    path("", views.components, name="components"),
    path("start/", views.start, name="sample_start"),
    path("recipient/", views.recipient, name="sample_recipient"),
    path("owner/", views.owner, name="sample_owner"),
    path("field/", views.field, name="sample_field"),
]
