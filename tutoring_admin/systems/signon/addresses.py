"""Addresses of signing in, outside any district; and allauth's own, without those of providers."""

from django.urls import URLPattern, URLResolver, include, path

from tutoring_admin.systems.signon import doors

urlpatterns: list[URLPattern | URLResolver] = [
    path("sign-on/", doors.find, name="sign-on"),
    path("sign-on/<slug:key>/", doors.provider, name="sign-on-provider"),
    path("sign-on/<slug:key>/start/", doors.start, name="sign-on-start"),
    path("sign-on/<slug:key>/back/", doors.callback, name="sign-on-callback"),
    path("sign-on/<slug:key>/saml/", doors.saml_post, name="sign-on-saml"),
    path("sign-on/<slug:key>/saml/finish/", doors.saml_finish, name="sign-on-saml-finish"),
    path("sign-on/<slug:key>/metadata/", doors.metadata, name="sign-on-metadata"),
    # Not "allauth.urls": with it would come doors to linking and signing up that are not ours.
    path("accounts/", include("allauth.account.urls")),
    path("accounts/2fa/", include("allauth.mfa.urls")),
    path("accounts/sessions/", include("allauth.usersessions.urls")),
]
