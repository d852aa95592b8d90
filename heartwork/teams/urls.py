"""Addresses of teams and follow-ups."""

from django.urls import path

from heartwork.teams import views

urlpatterns = [
    path("together/", views.together, name="together"),
    path("teams/new/", views.team_new, name="team-new"),
    path("teams/<uuid:public_id>/", views.team, name="team"),
    path("follow-ups/", views.follow_ups, name="follow-ups"),
    path("follow-ups/<uuid:public_id>/", views.follow_up, name="follow-up"),
]
