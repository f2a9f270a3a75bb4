from django.urls import path

from . import keys, views

app_name = "exchange"
urlpatterns = [
    path("", views.start, name="start"),
    path("new/", views.choose, name="choose"),
    path("new/<slug:code>/", views.new, name="new"),
    path("requests/<uuid:public_id>/", views.request_page, name="request"),
    path("requests/<uuid:public_id>/amend/", views.amend, name="amend"),
    path("requests/<uuid:public_id>/move/", views.move, name="move"),
    path("requests/<uuid:public_id>/extend/", views.extend, name="extend"),
    path("keys/", keys.start, name="keys"),
    path("keys/<uuid:public_id>/rotate/", keys.rotate, name="rotate-key"),
    path("keys/<uuid:public_id>/revoke/", keys.revoke, name="revoke-key"),
    path("grants/<uuid:public_id>/", views.grant_page, name="grant"),
]
