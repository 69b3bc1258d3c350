from django.urls import path

from properties.views import entrances, owners, properties

app_name = "properties"
urlpatterns = [
    path("", properties.property_list, name="property_list"),
    path("ny/", properties.property_add, name="property_add"),
    path("agare/", owners.owner_list, name="owner_list"),
    path("agare/ny/", owners.owner_add, name="owner_add"),
    path("agare/<uuid:owner>/", owners.owner, name="owner"),
    path("agare/<uuid:owner>/andra/", owners.owner_change, name="owner_change"),
    path("agare/<uuid:owner>/visa-personnummer/", owners.owner_reveal, name="owner_reveal"),
    path("agare/<uuid:owner>/kontaktperson/", owners.contact_add, name="contact_add"),
    path("kontaktperson/<uuid:contact>/andra/", owners.contact_change, name="contact_change"),
    path("kontaktperson/<uuid:contact>/avsluta/", owners.contact_end, name="contact_end"),
    path("portar/", entrances.entrance_list, name="entrance_list"),
    path("portar/<uuid:entrance>/", entrances.entrance, name="entrance"),
    path("portar/<uuid:entrance>/andra/", entrances.entrance_change, name="entrance_change"),
    path("portar/<uuid:entrance>/visa-portkod/", entrances.entrance_reveal, name="entrance_reveal"),
    path("portar/<uuid:entrance>/avsluta/", entrances.entrance_close, name="entrance_close"),
    path("portar/<uuid:entrance>/oppna-igen/", entrances.entrance_reopen, name="entrance_reopen"),
    path("<uuid:real_property>/", properties.real_property, name="real_property"),
    path("<uuid:real_property>/andra/", properties.property_change, name="property_change"),
    path("<uuid:real_property>/agarbyte/", properties.property_sell, name="property_sell"),
    path("<uuid:real_property>/port/", entrances.entrance_add, name="entrance_add"),
]
