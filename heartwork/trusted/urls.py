"""Addresses of whom students trust."""

from django.urls import path

from heartwork.trusted import views

urlpatterns = [
    path("ask-students/", views.askings, name="askings"),
    path("ask-students/<uuid:public_id>/", views.asking, name="asking"),
    path("ask-students/<uuid:public_id>/slips/", views.slips, name="asking-slips"),
    path("adults/<slug:token>/", views.trusted_adults, name="trusted-adults"),
]
