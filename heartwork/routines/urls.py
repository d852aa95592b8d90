"""Addresses of changes and of the load ledger."""

from django.urls import path

from heartwork.routines import views

urlpatterns = [
    path("changes/", views.ledger, name="ledger"),
    path("changes/<uuid:public_id>/", views.change, name="change"),
    path("supports/<uuid:public_id>/minutes/", views.support_minutes, name="support-minutes"),
]
