"""The addresses of privacy."""

from django.urls import path

from heartwork.privacy import views

urlpatterns = [
    path("privacy/", views.privacy, name="privacy"),
    path("privacy/what-we-hold/", views.what_we_hold, name="what-we-hold"),
    path("privacy/retention/", views.retention, name="retention"),
    path("privacy/releases/", views.releases, name="releases"),
    path("privacy/releases/<uuid:public_id>/", views.sign, name="release-sign"),
    path("privacy/directory/", views.directory, name="directory-list"),
    path("privacy/requests/<uuid:public_id>/", views.family_request, name="family-request"),
    path("privacy/consents/<uuid:public_id>/withdraw/", views.withdraw, name="consent-withdraw"),
    path("privacy/disclosures/<uuid:public_id>/strike/", views.strike, name="disclosure-strike"),
    path("students/<uuid:public_id>/family/", views.family, name="family"),
    path("students/<uuid:public_id>/family/opt-out/", views.opt_out, name="opt-out"),
    path("students/<uuid:public_id>/family/consent/", views.consent, name="consent"),
    path("students/<uuid:public_id>/family/disclosure/", views.disclosure, name="disclosure"),
    path("students/<uuid:public_id>/family/request/", views.request_new, name="request-new"),
]
