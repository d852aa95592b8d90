"""Addresses of who knows whom."""

from django.urls import path

from heartwork.relationships import views

urlpatterns = [
    path("meetings/<uuid:public_id>/students/", views.mark, name="meeting-students"),
    path("students/<uuid:public_id>/adult/", views.student_adult, name="student-adult"),
]
