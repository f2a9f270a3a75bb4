from django.urls import path

from . import views

app_name = "economy"
urlpatterns = [
    path("", views.start, name="start"),
    path("projects/", views.projects, name="projects"),
    path("series/<slug:code>/", views.series, name="series"),
]
