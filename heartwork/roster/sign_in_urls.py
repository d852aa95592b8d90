"""The addresses of signing in. Names with an underscore are those that django-allauth goes to by itself."""

from django.urls import path

from heartwork.roster import sign_in_views as views

urlpatterns = [
    path("sign-in/", views.sign_in_page, name="sign-in"),
    path("sign-in/", views.sign_in_page, name="account_login"),
    path("sign-in/passkey/", views.passkey, name="mfa_login_webauthn"),
    path("sign-in/second-step/", views.second_step, name="mfa_authenticate"),
    path("sign-in/begin-anew/", views.begin_anew, name="sign-in-begin-anew"),
    path("sign-in/with/<str:name>/", views.sign_in_with, name="sign-in-with"),
    path("sign-in/openid/<str:provider_id>/", views.openid_answer, name="openid_connect_callback"),
    path("sign-in/saml/<str:organization_slug>/acs/", views.saml_answer, name="saml_acs"),
    path("sign-in/saml/<str:organization_slug>/finish/", views.saml_checked, name="saml_finish_acs"),
    path("sign-in/saml/<str:organization_slug>/sls/", views.saml_sign_out, name="saml_sls"),
    path("sign-in/saml/<str:organization_slug>/metadata/", views.saml_metadata, name="saml_metadata"),
    path("sign-in/again/", views.again, name="sign-in-again"),
    path("sign-in/resume/<str:key>/", views.resume, name="sign-in-resume"),
    path("sign-in/still-here/", views.still_here, name="still-here"),
    path("sign-out/", views.sign_out, name="sign-out"),
    path("set-password/<uidb64>/<token>/", views.set_password, name="set-password"),
    path("account/password/", views.change_password, name="change-password"),
    path("account/signing-in/", views.security, name="mfa_index"),
    path("account/signing-in/elsewhere/", views.sign_out_elsewhere, name="sign-out-elsewhere"),
    path("account/signing-in/app/", views.app_on, name="mfa_activate_totp"),
    path("account/signing-in/app/off/", views.app_off, name="mfa_deactivate_totp"),
    path("account/signing-in/codes/", views.recovery_codes, name="mfa_view_recovery_codes"),
    path("account/signing-in/codes/new/", views.recovery_codes_new, name="mfa_generate_recovery_codes"),
    path("account/signing-in/passkeys/add/", views.passkey_add, name="mfa_add_webauthn"),
    path("account/signing-in/passkeys/<int:pk>/off/", views.passkey_off, name="mfa_remove_webauthn"),
    path("account/confirm/", views.confirm, name="account_reauthenticate"),
    path("account/confirm/code/", views.confirm_by_code, name="mfa_reauthenticate"),
    path("account/confirm/passkey/", views.confirm_by_passkey, name="mfa_reauthenticate_webauthn"),
]
