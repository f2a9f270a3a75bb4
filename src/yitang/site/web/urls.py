"""Every page's address, room by room."""

from __future__ import annotations

from django.urls import include, path

from .shell import views as shell

urlpatterns = [
    path("", shell.start, name="start"),
    path("demo/roles/", shell.personas, name="personas"),
    path("demo/tour/<int:number>/", shell.tour, name="tour"),
    path("catalogue/", include("yitang.site.web.catalogue.urls")),
    path("collection/", include("yitang.site.web.collection.urls")),
    path("fusion/", include("yitang.site.web.fusion.urls")),
    path("cockpit/", include("yitang.site.web.cockpit.urls")),
    path("desk/", include("yitang.site.web.desk.urls")),
    path("economy/", include("yitang.site.web.economy.urls")),
    path("exchange/", include("yitang.site.web.exchange.urls")),
    path("insight/", include("yitang.site.web.insight.urls")),
    path("hotline/", include("yitang.site.web.hotline.urls")),
    path("ledger/", include("yitang.site.web.ledger.urls")),
    path("metrics/", include("yitang.site.web.metrics.urls")),
    path("services/", include("yitang.site.web.services.urls")),
    path("halls/", include("yitang.site.web.halls.urls")),
    path("i18n/", include("django.conf.urls.i18n")),
]
