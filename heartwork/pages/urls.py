"""The addresses of pages that read several rooms."""

from django.urls import path

from heartwork.pages import views

urlpatterns = [
    path("", views.today, name="today"),
    path("students/<uuid:public_id>/", views.student, name="student"),
]
