from django.urls import path

from . import views

app_name = "insight"
urlpatterns = [
    path("", views.start, name="start"),
    path("refresh/", views.refresh, name="refresh"),
    path("issues/<uuid:public_id>/", views.issue, name="issue"),
    path("issues/<uuid:public_id>/measures/", views.note_measure, name="note_measure"),
]
