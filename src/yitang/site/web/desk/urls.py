from django.urls import path

from . import views

app_name = "desk"
urlpatterns = [
    path("", views.start, name="start"),
    path("<uuid:public_id>/", views.start, name="case"),
    path("<uuid:public_id>/move/", views.move, name="move"),
    path("<uuid:public_id>/assign/", views.assign, name="assign"),
    path("<uuid:public_id>/pause/", views.pause, name="pause"),
    path("<uuid:public_id>/resume/", views.resume, name="resume"),
    path("<uuid:public_id>/extend/", views.extend, name="extend"),
    path("<uuid:public_id>/note/", views.note, name="note"),
]
