"""Addresses that belong to no room."""

from django.urls import path

from heartwork.web import views

views.health.public = "A watcher asks whether the site is alive; it learns nothing else."  # type: ignore[attr-defined]

urlpatterns = [path("health", views.health, name="health")]
