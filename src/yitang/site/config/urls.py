from django.urls import include, path

from yitang.site.endpoints.api import api
from yitang.site.web.urls import urlpatterns as pages

urlpatterns = [
    path("api/v1/", api.urls),
    path("accounts/", include("allauth.urls")),
    *pages,
]
