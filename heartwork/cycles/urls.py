"""Addresses of problems and cycles."""

from django.urls import path

from heartwork.cycles import views

urlpatterns = [
    path("together/board/", views.board, name="board"),
    path("teams/<uuid:public_id>/board/", views.team_board, name="team-board"),
    path("problems/new/", views.problem_new, name="problem-new"),
    path("problems/<uuid:public_id>/", views.problem, name="problem"),
    path("problems/<uuid:public_id>/edit/", views.problem_edit, name="problem-edit"),
    path("problems/<uuid:public_id>/close/", views.problem_close, name="problem-close"),
    path("problems/<uuid:public_id>/drivers/", views.drivers, name="drivers"),
    path("problems/<uuid:public_id>/drivers/<int:pk>/", views.driver, name="driver"),
    path("ideas/<uuid:public_id>/", views.idea, name="idea"),
    path("ideas/<uuid:public_id>/cycles/new/", views.cycle_new, name="cycle-new"),
    path("cycles/<uuid:public_id>/", views.cycle, name="cycle"),
    path("cycles/<uuid:public_id>/plan/", views.cycle_plan, name="cycle-plan"),
    path("cycles/<uuid:public_id>/predict/", views.cycle_predict, name="cycle-predict"),
    path("cycles/<uuid:public_id>/do/", views.cycle_do, name="cycle-do"),
    path("cycles/<uuid:public_id>/study/", views.cycle_study, name="cycle-study"),
    path("cycles/<uuid:public_id>/act/", views.cycle_act, name="cycle-act"),
]
