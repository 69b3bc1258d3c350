from django.urls import path

from homecare.recipients.views import care, homes, near, people, protection

app_name = "recipients"
urlpatterns = [
    path("", people.recipient_list, name="recipient_list"),
    path("sok/", people.recipient_search, name="recipient_search"),
    path("ny/", people.recipient_add, name="recipient_add"),
    path("<uuid:recipient>/andra/", people.recipient_change, name="recipient_change"),
    path(
        "<uuid:recipient>/visa-personnummer/",
        people.reveal_personal_number,
        name="reveal_personal_number",
    ),
    path("<uuid:recipient>/visa-telefon/", people.reveal_phone, name="reveal_phone"),
    path("<uuid:recipient>/flytt/", homes.move, name="move"),
    path("bostad/<uuid:home_door>/andra/", homes.home_door_change, name="home_door_change"),
    path("bostad/<uuid:home_door>/vagen/", homes.path_change, name="path_change"),
    path("<uuid:recipient>/uppdrag/", care.commission_add, name="commission_add"),
    path("uppdrag/<uuid:commission>/avsluta/", care.commission_end, name="commission_end"),
    path("<uuid:recipient>/dodsfall/", care.death, name="death"),
    path("<uuid:recipient>/dodsfall/ta-tillbaka/", care.death_take_back, name="death_take_back"),
    path("<uuid:recipient>/stallforetradare/", near.representative_add, name="representative_add"),
    path(
        "stallforetradare/<uuid:representative>/andra/",
        near.representative_change,
        name="representative_change",
    ),
    path(
        "stallforetradare/<uuid:representative>/avsluta/",
        near.representative_end,
        name="representative_end",
    ),
    path(
        "stallforetradare/<uuid:representative>/visa-telefon/",
        near.representative_reveal_phone,
        name="representative_reveal_phone",
    ),
    path(
        "stallforetradare/<uuid:representative>/visa-e-post/",
        near.representative_reveal_email,
        name="representative_reveal_email",
    ),
    path("<uuid:recipient>/narstaende/", near.contact_add, name="contact_add"),
    path("narstaende/<uuid:contact>/andra/", near.contact_change, name="contact_change"),
    path("narstaende/<uuid:contact>/ta-bort/", near.contact_end, name="contact_end"),
    path(
        "narstaende/<uuid:contact>/visa-telefon/",
        near.contact_reveal_phone,
        name="contact_reveal_phone",
    ),
    path("<uuid:recipient>/skydd/", protection.protection, name="protection"),
    path("skyddade/", protection.named_grants, name="named_grants"),
    path("skyddade/<uuid:protected>/", protection.name_staff, name="name_staff"),
    path(
        "skyddade/namngiven/<uuid:named_grant>/avsluta/",
        protection.named_grant_end,
        name="named_grant_end",
    ),
]
