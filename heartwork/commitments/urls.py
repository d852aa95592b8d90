"""Addresses of what adults promise each other."""

from django.urls import path

from heartwork.commitments import views

urlpatterns = [path("teams/<uuid:public_id>/promises/", views.promises, name="promises")]
