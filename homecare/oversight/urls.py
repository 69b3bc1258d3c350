from django.urls import path

from homecare.oversight import views

app_name = "oversight"
urlpatterns = [
    path("", views.report_list, name="report_list"),
    path("ny/", views.report_add, name="report_add"),
    path("<uuid:report>/", views.report, name="report"),
    path("<uuid:report>/rapport.pdf", views.report_pdf, name="report_pdf"),
    path("<uuid:report>/rapport.xlsx", views.report_xlsx, name="report_xlsx"),
]
