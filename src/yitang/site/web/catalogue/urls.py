from django.urls import path

from . import views

app_name = "catalogue"
urlpatterns = [
    path("", views.start, name="start"),
    path("<slug:code>/", views.dataset, name="dataset"),
    path("<slug:code>/publish/", views.publish, name="publish"),
]
