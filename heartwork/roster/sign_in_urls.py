"""The addresses of signing in. Names with an underscore are those that django-allauth goes to by itself."""

from django.urls import path

from heartwork.roster import sign_in_views as views

urlpatterns = [
    path("sign-in/", views.sign_in, name="sign-in"),
    path("sign-in/", views.sign_in, name="account_login"),
    path("sign-out/", views.sign_out, name="sign-out"),
    path("set-password/<uidb64>/<token>/", views.set_password, name="set-password"),
    path("account/password/", views.change_password, name="change-password"),
]
