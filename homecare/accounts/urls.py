from django.urls import path

from homecare.accounts.views import office, own

app_name = "accounts"
urlpatterns = [
    path("", own.my_account, name="my_account"),
    path("logga-in/", own.sign_in, name="sign_in"),
    path("logga-ut/", own.sign_out, name="sign_out"),
    path("losenord/", own.my_password, name="my_password"),
    path("losenord/<uuid:account>/<str:token>/", own.set_password, name="set_password"),
    path("sprak/", own.my_language, name="my_language"),
    path("alla/", office.account_list, name="account_list"),
    path("nytt/", office.account_add, name="account_add"),
    path("<uuid:account>/", office.account, name="account"),
    path("<uuid:account>/andra/", office.account_change, name="account_change"),
    path("<uuid:account>/losenordslank/", office.password_link, name="password_link"),
    path("<uuid:account>/sparra/", office.account_block, name="account_block"),
    path("<uuid:account>/hav-sparr/", office.account_unblock, name="account_unblock"),
    path("<uuid:account>/roll/", office.role_add, name="role_add"),
    path("roll/<uuid:assignment>/avsluta/", office.role_end, name="role_end"),
]
