from django.urls import path

from . import views

app_name = "halls"
urlpatterns = [
    path("", views.start, name="start"),
    path("<uuid:public_id>/", views.hall, name="hall"),
]
