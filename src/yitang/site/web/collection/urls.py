from django.urls import path

from . import drifts, overlaps, quality, sources, views

app_name = "collection"
urlpatterns = [
    path("", views.start, name="start"),
    path("overlaps/", overlaps.overlaps, name="overlaps"),
    path("overlaps/search/", overlaps.search, name="search_overlaps"),
    path("overlaps/<uuid:public_id>/", overlaps.overlap, name="overlap"),
    path("overlaps/<uuid:public_id>/decide/", overlaps.decide, name="decide_overlap"),
    path("columns/", drifts.drifts, name="drifts"),
    path("columns/<uuid:public_id>/decide/", drifts.decide, name="decide_drift"),
    path("rules/<slug:code>/", quality.rules, name="rules"),
    path("rules/<slug:code>/suggestions/", quality.suggestions, name="suggestions"),
    path("rules/<slug:code>/suggestions/accept/", quality.accept, name="accept_suggestions"),
    path("rules/<slug:code>/add/", quality.add, name="add_rule"),
    path("rules/<slug:code>/remove/", quality.remove, name="remove_rule"),
    path("sources/", sources.sources, name="sources"),
    path("sources/new/", sources.new, name="new_source"),
    path("sources/<slug:code>/", sources.source, name="source"),
    path("sources/<slug:code>/change/", sources.change, name="change_source"),
    path("sources/<slug:code>/try/", sources.try_out, name="try_source"),
    path("sources/<slug:code>/fetch/", sources.fetch, name="fetch_source"),
    path("templates/<slug:code>.xlsx", views.template, name="template"),
    path("compare/<slug:code>/", views.compare, name="compare"),
    path("receipts/<slug:number>/", views.receipt, name="receipt"),
    path("receipts/<slug:number>/rejected.xlsx", views.rejected, name="rejected"),
    path("uploads/<uuid:public_id>/", views.upload, name="upload"),
    path("uploads/<uuid:public_id>/marked.xlsx", views.marked, name="marked"),
    path("uploads/<uuid:public_id>/hand-in/", views.hand_in, name="hand_in"),
]
