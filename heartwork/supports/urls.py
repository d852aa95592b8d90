"""The addresses of supports."""

from django.urls import path

from heartwork.supports import views

urlpatterns = [
    path("supports/", views.supports, name="supports"),
    path("supports/new/", views.support_new, name="support-new"),
    path("supports/coverage/", views.coverage_map, name="coverage"),
    path("supports/gaps/", views.gap_list, name="gaps"),
    path("supports/gaps/<slug:code>/", views.gap, name="gap"),
    path("supports/kinds/", views.kinds, name="kinds"),
    path("supports/kinds/new/", views.kind_new, name="kind-new"),
    path("supports/kinds/<slug:code>/", views.kind, name="kind"),
    path("supports/<uuid:public_id>/", views.support, name="support"),
    path("supports/<uuid:public_id>/edit/", views.support_edit, name="support-edit"),
    path("supports/<uuid:public_id>/confirm/", views.support_confirm, name="support-confirm"),
    path("supports/<uuid:public_id>/end/", views.support_end, name="support-end"),
    path("students/<uuid:public_id>/supports/begin/", views.participation_begin, name="participation-begin"),
    path("students/<uuid:public_id>/supports/<int:pk>/end/", views.participation_end, name="participation-end"),
]
