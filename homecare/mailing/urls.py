from django.urls import path

from homecare.mailing import views

app_name = "mailing"
urlpatterns = [
    path("", views.message_list, name="message_list"),
    path("<uuid:message>/skicka-igen/", views.send_again, name="send_again"),
]
