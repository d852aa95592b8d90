"""The addresses of roster."""

from importlib.util import find_spec

from django.urls import URLPattern, URLResolver, include, path

from heartwork.roster import views

urlpatterns: list[URLPattern | URLResolver] = [
    path("sign-in/", views.sign_in, name="sign-in"),
    path("sign-out/", views.sign_out, name="sign-out"),
    path("language/", views.language, name="language"),
    path("account/", views.account, name="account"),
    path("account/password/", views.change_password, name="change-password"),
    path("students/", views.students, name="students"),
]

if find_spec("heartwork.roster.import_urls"):
    urlpatterns.append(path("imports/", include("heartwork.roster.import_urls")))
