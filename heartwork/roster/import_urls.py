"""The addresses of imports."""

from django.urls import path

from heartwork.roster import import_views

urlpatterns = [
    path("", import_views.imports, name="imports"),
    path("new/", import_views.new, name="import-new"),
    path("<uuid:public_id>/", import_views.run, name="import-run"),
    path("<uuid:public_id>/apply/", import_views.apply, name="import-apply"),
    path("<uuid:public_id>/set-aside/", import_views.set_aside, name="import-set-aside"),
    path("<uuid:public_id>/again/", import_views.again, name="import-again"),
    path("<uuid:public_id>/problems.csv", import_views.rejects, name="import-rejects"),
    path("<uuid:public_id>/columns/", import_views.mapping, name="import-mapping"),
]
