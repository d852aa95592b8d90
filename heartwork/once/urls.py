"""The address of this room."""

from django.urls import path

from heartwork.once import views

urlpatterns = [path("health", views.health, name="health")]
