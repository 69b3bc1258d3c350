from django.urls import path

from homecare.desk import views

app_name = "desk"
urlpatterns = [
    path("", views.start, name="start"),
    path("sok/", views.search, name="search"),
    path("hemtjansttagare/<uuid:recipient>/", views.recipient, name="recipient"),
]
