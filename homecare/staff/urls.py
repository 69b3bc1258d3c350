from django.urls import path

from homecare.staff import views

app_name = "staff"
urlpatterns = [
    path("", views.staff_list, name="staff_list"),
    path("ny/", views.staff_member_add, name="staff_member_add"),
    path("mitt-avtal/", views.my_agreement, name="my_agreement"),
    path("<uuid:staff_member>/", views.staff_member, name="staff_member"),
    path("<uuid:staff_member>/andra/", views.staff_member_change, name="staff_member_change"),
    path("<uuid:staff_member>/anstallning/", views.employment_add, name="employment_add"),
    path("<uuid:staff_member>/avtal/", views.agreement_record, name="agreement_record"),
    path("<uuid:staff_member>/konto/", views.account_open, name="account_open"),
    path("<uuid:staff_member>/koppla/", views.account_connect, name="account_connect"),
    path("anstallning/<uuid:employment>/avsluta/", views.employment_end, name="employment_end"),
]
