from django.urls import path

from . import certificates, guide, mine, office, sharing

app_name = "services"
urlpatterns = [
    path("", guide.start, name="start"),
    path("item/<str:code>/", guide.item, name="item"),
    path("item/<str:code>/apply/", mine.apply, name="apply"),
    path("trips/", sharing.trips, name="trips"),
    path("trips/<slug:code>/", sharing.dataset, name="dataset"),
    path("trips/<slug:code>/share/", sharing.share, name="share"),
    path("matter/<uuid:public_id>/", mine.matter, name="matter"),
    path("mine/<uuid:public_id>/", mine.application, name="application"),
    path("mine/<uuid:public_id>/correct/", mine.correct, name="correct"),
    path("matter/<uuid:public_id>/files/<uuid:attachment_id>/", mine.open_file, name="open_file"),
    path("mine/<uuid:public_id>/withdraw/", mine.withdraw, name="withdraw"),
    path("mine/<uuid:public_id>/rate/", mine.rate, name="rate"),
    path("office/<uuid:public_id>/", office.application, name="office"),
    path("office/<uuid:public_id>/decide/", office.decide, name="decide"),
    path("office/<uuid:public_id>/open/", office.open_field, name="open"),
    path("office/<uuid:public_id>/visit/", office.visit, name="visit"),
    path("certificates/", certificates.mine, name="certificates"),
    path("certificates/<slug:number>/", certificates.one, name="certificate"),
    path("certificates/<slug:number>/revoke/", certificates.revoke, name="revoke"),
    path("check/", certificates.ask, name="check"),
    path("check/<slug:number>/", certificates.check, name="checked"),
]
