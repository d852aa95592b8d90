"""The addresses of pages that read several rooms."""

from django.urls import path

from heartwork.pages import journal_views, views

urlpatterns = [
    path("", views.today, name="today"),
    path("today/gap/", views.gap_worth_a_look, name="today-gap"),
    path("students/<uuid:public_id>/", views.student, name="student"),
    path("students/<uuid:public_id>/who-sees/", views.who_sees, name="who-sees"),
    path("students/<uuid:public_id>/who-sees/family/", views.who_sees_for_family, name="who-sees-family"),
    path("students/<uuid:public_id>/strengths/", views.add_strength, name="add-strength"),
    path("students/<uuid:public_id>/records/", views.student_records, name="student-records"),
    path("students/<uuid:public_id>/older-records/", views.older_records, name="older-records"),
    path("journal/", journal_views.journal, name="journal"),
    path("journal/mine/", journal_views.own_journal, name="own-journal"),
    path("journal/counts/", journal_views.journal_counts, name="journal-counts"),
]
