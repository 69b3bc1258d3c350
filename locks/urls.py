from django.urls import URLPattern

app_name = "locks"
urlpatterns: list[URLPattern] = []
