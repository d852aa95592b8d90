"""Addresses of walkthroughs. The worker stands where it may look after the pages below it, and nothing else."""

from django.urls import path

from heartwork.walkthroughs import views

urlpatterns = [
    path("walkthroughs/", views.walkthroughs, name="walkthroughs"),
    path("walkthroughs/worker.js", views.worker, name="walk-worker"),
    path("walkthroughs/blank/", views.blank, name="walk-blank"),
    path("walkthroughs/schools/<uuid:public_id>/", views.school_over_time, name="school-walks"),
    path("walkthroughs/<uuid:public_id>/", views.visit, name="visit"),
    path("walkthroughs/<uuid:public_id>/walk/", views.walk, name="walk"),
]
