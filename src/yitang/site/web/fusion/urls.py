from django.urls import path

from . import views

app_name = "fusion"
urlpatterns = [
    path("", views.start, name="start"),
    path("people/", views.people, name="people"),
    path("people/<uuid:person_id>/", views.person, name="person"),
]
