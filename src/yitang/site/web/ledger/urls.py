from django.urls import path

from . import views

app_name = "ledger"
urlpatterns = [
    path("", views.start, name="start"),
    path("verification/", views.verification, name="verification"),
    path("verification/alter/", views.alter, name="alter"),
    path("verification/restore/", views.restore, name="restore"),
]
