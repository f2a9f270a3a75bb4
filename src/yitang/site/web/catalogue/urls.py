from django.urls import path

from . import drafting, views

app_name = "catalogue"
urlpatterns = [
    path("", views.start, name="start"),
    path("new/", drafting.new, name="new"),
    path("versions/<uuid:public_id>/", drafting.version, name="version"),
    path("versions/<uuid:public_id>/amend/", drafting.amend, name="amend"),
    path("versions/<uuid:public_id>/move/", drafting.move, name="move"),
    path("<slug:code>/", views.dataset, name="dataset"),
    path("<slug:code>/change/", drafting.change, name="change"),
    path("<slug:code>/publish/", views.publish, name="publish"),
]
