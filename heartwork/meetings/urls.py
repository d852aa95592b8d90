"""Addresses of meetings in stages."""

from django.urls import path

from heartwork.meetings import views

urlpatterns = [
    path("join/", views.join, name="join"),
    path("meetings/new/", views.activities, name="activities"),
    path("meetings/new/<slug:activity>/", views.meeting_new, name="meeting-new"),
    path("meetings/<uuid:public_id>/", views.meeting, name="meeting"),
    path("meetings/<uuid:public_id>/words/", views.meeting_words, name="meeting-words"),
    path("meetings/<uuid:public_id>/news/", views.meeting_news, name="meeting-news"),
    path("meetings/<uuid:public_id>/stream/", views.meeting_stream, name="meeting-stream"),
    path("meetings/<uuid:public_id>/wall/", views.meeting_wall, name="meeting-wall"),
    path("meetings/<uuid:public_id>/recap/", views.meeting_recap, name="meeting-recap"),
    path("meetings/<uuid:public_id>/recap.pdf", views.meeting_recap_pdf, name="meeting-recap-pdf"),
]
