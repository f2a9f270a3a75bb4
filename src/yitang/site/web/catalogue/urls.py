from django.urls import path

from . import drafting, importing, views

app_name = "catalogue"
urlpatterns = [
    path("", views.start, name="start"),
    path("new/", drafting.new, name="new"),
    path("versions/<uuid:public_id>/", drafting.version, name="version"),
    path("versions/<uuid:public_id>/amend/", drafting.amend, name="amend"),
    path("versions/<uuid:public_id>/move/", drafting.move, name="move"),
    path("import/", importing.start, name="import_start"),
    path("import/<uuid:public_id>/", importing.plan, name="import_plan"),
    path("import/<uuid:public_id>/take/", importing.take, name="import_take"),
    path("imports/<uuid:public_id>/", importing.result, name="import_result"),
    path("imports/<uuid:public_id>/rejected/", importing.rejected, name="import_rejected"),
    path("<slug:code>/", views.dataset, name="dataset"),
    path("<slug:code>/change/", drafting.change, name="change"),
    path("<slug:code>/sample/", views.sample, name="sample"),
    path("<slug:code>/publish/", views.publish, name="publish"),
]
