"""Addresses of a support team's meeting beside those that every meeting has."""

from django.urls import path

from heartwork.supportteam import views

urlpatterns = [path("meetings/<uuid:public_id>/agenda/", views.agenda, name="support-agenda")]
