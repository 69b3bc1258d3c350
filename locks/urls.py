from django.urls import path

from locks.views import doors, field, handouts, keys, orders

app_name = "locks"
urlpatterns = [
    path("dorrar/", doors.door_list, name="door_list"),
    path("dorrar/port/<uuid:entrance>/", doors.entrance_door, name="entrance_door"),
    path("dorrar/port/<uuid:entrance>/bestall/", orders.order_entrance, name="order_entrance"),
    path("dorrar/bostad/<uuid:home_door>/", doors.home_door, name="home_door"),
    path("dorrar/bostad/<uuid:home_door>/bestall/", orders.order_home, name="order_home"),
    path(
        "dorrar/las/<uuid:installation>/i-drift/", doors.put_in_operation, name="put_in_operation"
    ),
    path("dorrar/las/<uuid:installation>/demontera/", orders.order_removal, name="order_removal"),
    path("dorrar/las/<uuid:installation>/nytt-besok/", orders.order_new_visit, name="new_visit"),
    path("modeller/", doors.lock_model_list, name="lock_model_list"),
    path("modeller/ny/", doors.lock_model_add, name="lock_model_add"),
    path("modeller/<uuid:lock_model>/", doors.lock_model_change, name="lock_model_change"),
    path("ordrar/", orders.order_list, name="order_list"),
    path("ordrar/<uuid:order>/", orders.order, name="order"),
    path("ordrar/<uuid:order>/boka/", orders.order_book, name="order_book"),
    path("ordrar/<uuid:order>/avboka/", orders.order_unbook, name="order_unbook"),
    path("ordrar/<uuid:order>/avbryt/", orders.order_cancel, name="order_cancel"),
    path("min-dag/", field.my_day, name="my_day"),
    path("jobb/<uuid:order>/", field.job, name="job"),
    path("jobb/<uuid:order>/villkor/", field.job_read, name="job_read"),
    path("jobb/<uuid:order>/portkod/<uuid:entrance>/", field.job_reveal, name="job_reveal"),
    path("jobb/<uuid:order>/telefon/<uuid:recipient>/", field.job_call, name="job_call"),
    path("jobb/<uuid:order>/montering/", field.record_fitting, name="record_fitting"),
    path("jobb/<uuid:order>/demontering/", field.record_removal, name="record_removal"),
    path("jobb/<uuid:order>/gick-inte/", field.record_not_possible, name="record_not_possible"),
    path("jobb/<uuid:order>/prov/", field.record_test, name="record_test"),
    path("jobb/<uuid:order>/ta-ned/", field.take_down, name="take_down"),
    path("jobb/<uuid:order>/i-drift/", field.job_put_in_operation, name="job_put_in_operation"),
    path("nycklar/", keys.key_list, name="key_list"),
    path("nycklar/ny/", keys.key_add, name="key_add"),
    path("nycklar/lamna-ut/", handouts.hand_out, name="hand_out"),
    path("nycklar/ta-emot/", handouts.take_back, name="take_back"),
    path("nycklar/<uuid:key>/", keys.key, name="key"),
    path("nycklar/<uuid:key>/andra/", keys.key_change, name="key_change"),
    path("nycklar/<uuid:key>/lamna-tillbaka/", keys.key_give_back, name="key_give_back"),
    path("nycklar/<uuid:key>/makulera/", keys.key_destroy, name="key_destroy"),
    path("nycklar/<uuid:key>/ta-emot/", keys.key_return, name="key_return"),
    path("kvittenser/<uuid:receipt>/", handouts.receipt, name="receipt"),
    path("kvittenser/<uuid:receipt>/pdf/", handouts.receipt_file, name="receipt_pdf"),
    path("kvittenser/<uuid:receipt>/makulera/", handouts.receipt_reverse, name="receipt_reverse"),
    path("mina-nycklar/", handouts.my_keys, name="my_keys"),
]
