from django.urls import path

from homecare.mailing import views

app_name = "mailing"
urlpatterns = [
    path("", views.message_list, name="message_list"),
    path("brev/", views.letter_list, name="letter_list"),
    path("brev/skriv-ut/", views.letters_print, name="letters_print"),
    path("brev/<uuid:print_run>/", views.print_run, name="print_run"),
    path("brev/<uuid:print_run>/brev.pdf", views.print_run_file, name="print_run_file"),
    path("<uuid:message>/skicka-igen/", views.send_again, name="send_again"),
]
