"""Addresses of the audit."""

from django.urls import path

from heartwork.audits import views

urlpatterns = [
    path("audits/new/", views.audit_new, name="audit-new"),
    path("audits/patterns/", views.patterns, name="patterns"),
    path("audits/<uuid:public_id>/", views.audit, name="audit"),
    path("audits/<uuid:public_id>/students/<uuid:student_id>/", views.audit_student, name="audit-student"),
    path("audits/<uuid:public_id>/students/<uuid:student_id>/words/", views.audit_words, name="audit-words"),
    path(
        "audits/<uuid:public_id>/students/<uuid:student_id>/follow-up/", views.audit_follow_up, name="audit-follow-up"
    ),
    path("audits/<uuid:public_id>/close/", views.audit_close, name="audit-close"),
    path("audits/<uuid:public_id>/recap/", views.recap, name="recap"),
]
