from django.urls import path

from . import drafting, importing, system_files, systems, views

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
    path("systems/", systems.start, name="systems"),
    path("systems/new/", systems.new, name="system_new"),
    path("systems/template.xlsx", system_files.template, name="system_template"),
    path("systems/export.<slug:form>", system_files.export, name="systems_export"),
    path("systems/upload/", system_files.upload, name="systems_upload"),
    path("systems/upload/<uuid:public_id>/", system_files.uploaded, name="systems_uploaded"),
    path("systems/upload/<uuid:public_id>/take/", system_files.take, name="systems_take"),
    path("systems/upload/<uuid:public_id>/marked.xlsx", system_files.marked, name="systems_marked"),
    path("systems/<uuid:public_id>/", systems.system, name="system"),
    path("systems/<uuid:public_id>/amend/", systems.amend, name="system_amend"),
    path("systems/<uuid:public_id>/decide/", systems.decide, name="system_decide"),
    path("<slug:code>/", views.dataset, name="dataset"),
    path("<slug:code>/change/", drafting.change, name="change"),
    path("<slug:code>/sample/", views.sample, name="sample"),
    path("<slug:code>/publish/", views.publish, name="publish"),
]
