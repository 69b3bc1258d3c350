from django.urls import path

from homecare.ui import views

app_name = "ui"
urlpatterns = [path("", views.components, name="components")]
