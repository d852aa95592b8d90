"""The addresses of measures."""

from django.urls import path

from heartwork.measures import views, views_of_variation

urlpatterns = [
    path("measures/", views.measures, name="measures"),
    path("measures/new/", views.measure_new, name="measure-new"),
    path("measures/signals/", views.signals, name="signals"),
    path("measures/<uuid:public_id>/", views.measure, name="measure"),
    path("measures/<uuid:public_id>/edit/", views.measure_edit, name="measure-edit"),
    path("measures/<uuid:public_id>/end/", views.measure_end, name="measure-end"),
    path("measures/<uuid:public_id>/enter/", views.enter, name="measure-enter"),
    path("measures/<uuid:public_id>/paste/", views.paste_values, name="measure-paste"),
    path("measures/<uuid:public_id>/gather/", views.gather, name="measure-gather"),
    path("measures/<uuid:public_id>/chart/", views.chart_choice, name="measure-chart"),
    path("measures/<uuid:public_id>/phase/", views.phase, name="measure-phase"),
    path("measures/<uuid:public_id>/leave-out/", views.leave_out, name="measure-leave-out"),
    path("measures/<uuid:public_id>/note/", views.annotate, name="measure-note"),
    path("measures/<uuid:public_id>/note/<int:pk>/off/", views.withdraw_annotation, name="measure-note-off"),
    path("measures/<uuid:public_id>/variation/", views_of_variation.variation_of, name="measure-variation"),
    path("measures/<uuid:public_id>/bright-spots/", views_of_variation.bright_spots_of, name="measure-bright-spots"),
    path("measures/<uuid:public_id>/visit/", views_of_variation.visit, name="measure-visit"),
    path("measures/<uuid:public_id>/reasons/", views_of_variation.reasons, name="measure-reasons"),
    path("measures/<uuid:public_id>/values.csv", views.download, name="measure-csv"),
]
