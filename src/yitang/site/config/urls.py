from django.urls import include, path

from yitang.site.endpoints import atom, ckan, dcat
from yitang.site.endpoints.api import api
from yitang.site.web.urls import urlpatterns as pages

urlpatterns = [
    path("api/v1/", api.urls),
    *atom.urlpatterns,
    *ckan.urlpatterns,
    *dcat.urlpatterns,
    path("accounts/", include("yitang.site.web.accounts.urls")),
    *pages,
]

handler400 = "yitang.site.web.shell.errors_in_words.bad_request"
handler403 = "yitang.site.web.shell.errors_in_words.forbidden"
handler404 = "yitang.site.web.shell.errors_in_words.not_found"
handler500 = "yitang.site.web.shell.errors_in_words.crashed"
