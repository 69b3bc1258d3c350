from django.urls import path

from homecare.exchange import views

# `batch` is what `import` would be called if it were not Python's own word.
app_name = "exchange"
urlpatterns = [
    path("", views.import_list, name="import_list"),
    path("mall/<str:list_kind>.csv", views.template, name="template"),
    path("<uuid:batch>/", views.batch, name="batch"),
    path("<uuid:batch>/kolumner/", views.mapping, name="mapping"),
    path("<uuid:batch>/las-in/", views.bring_in, name="bring_in"),
    path("<uuid:batch>/angra/", views.undo, name="undo"),
    path("<uuid:batch>/avbryt/", views.give_up, name="give_up"),
    path("<uuid:batch>/fel.csv", views.faults, name="faults"),
]
