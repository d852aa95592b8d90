"""The addresses of check-ins."""

from django.urls import path

from heartwork.checkins import views

urlpatterns = [
    path("students/gone-quiet/", views.gone_quiet, name="gone-quiet"),
]
