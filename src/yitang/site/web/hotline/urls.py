from django.urls import path

from . import calls, deliveries, office, public, rates

app_name = "hotline"
urlpatterns = [
    path("", public.start, name="start"),
    path("file/", public.file, name="file"),
    path("follow/", public.ask, name="ask"),
    path("a/<slug:number>/", public.follow, name="follow"),
    path("a/<slug:number>/helped/", public.helped, name="helped"),
    path("take/", calls.take, name="take"),
    path("find/", calls.find, name="find"),
    path("queue/", office.queue, name="queue"),
    path("deliver/", deliveries.deliver, name="deliver"),
    path("appeals/<uuid:public_id>/", office.appeal, name="appeal"),
    path("appeals/<uuid:public_id>/send/", office.send, name="send"),
    path("appeals/<uuid:public_id>/move/", office.move, name="move"),
    path("appeals/<uuid:public_id>/correct/", office.correct, name="correct"),
    path("appeals/<uuid:public_id>/call-back/", office.ask_back, name="ask_back"),
    path("appeals/<uuid:public_id>/caller/", office.caller, name="caller"),
    path("rates/", rates.rates, name="rates"),
    path("filed/", rates.filed, name="filed"),
]
