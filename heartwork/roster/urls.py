"""The addresses of roster."""

from importlib.util import find_spec

from django.urls import URLPattern, URLResolver, include, path

from heartwork.roster import people_views, reach_views, views

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("heartwork.roster.sign_in_urls")),
    path("language/", views.language, name="language"),
    path("account/", views.account, name="account"),
    path("access/", views.access_help, name="access-help"),
    path("access/choices/", reach_views.choose, name="choices"),
    path("students/", views.students, name="students"),
    path("emergency/", reach_views.emergency, name="emergency"),
    path("emergency/told/", reach_views.emergencies_told, name="emergencies-told"),
    path("emergency/told/<uuid:public_id>/", reach_views.emergency_told, name="emergency-told"),
    path("emergency/<uuid:public_id>/end/", reach_views.end_emergency, name="emergency-end"),
    path("district/", views.district, name="district"),
    path("district/settings/", views.settings_of_district, name="district-settings"),
    path("district/groups/", views.attributes, name="attributes"),
    path("district/groups/<str:code>/", views.attribute, name="attribute"),
    path("twins/", views.twins, name="twins"),
    path("twins/<int:pk>/", views.twin, name="twin"),
    path("people/", people_views.people, name="people"),
    path("people/<uuid:public_id>/", people_views.person, name="person"),
    path("people/<uuid:public_id>/assign/", people_views.assign, name="assign"),
    path("people/<uuid:public_id>/sign-in/", people_views.give_sign_in, name="give-sign-in"),
    path("people/<uuid:public_id>/second-steps/off/", people_views.forget_second_steps, name="forget-second-steps"),
    path("people/<uuid:public_id>/substitute/", reach_views.substitute, name="substitute"),
    path("people/<uuid:public_id>/substitute/end/", reach_views.end_substitute, name="substitute-end"),
    path("people/<uuid:public_id>/view-as/", reach_views.view_as, name="view-as"),
    path("view-as/end/", reach_views.end_view_as, name="view-as-end"),
    path("people/<uuid:public_id>/leave/", people_views.end_person, name="end-person"),
    path("people/<uuid:public_id>/assignments/<int:pk>/", people_views.end_assignment, name="end-assignment"),
]

if find_spec("heartwork.roster.import_urls"):
    urlpatterns.append(path("imports/", include("heartwork.roster.import_urls")))
