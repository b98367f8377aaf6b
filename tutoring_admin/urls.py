"""All addresses. What belongs to a district stands under /d/<slug>/."""

from django.conf import settings
from django.urls import URLPattern, URLResolver, include, path

from roadmap.views import feeds
from roles.views import invitations, mail
from tutoring_admin import accounts, demo_doors, health, kit, second_factors, views
from tutoring_admin.packets import guest
from tutoring_admin.systems.moving import public as moving
from tutoring_admin.systems.support import views as support

district_patterns: list[URLPattern | URLResolver] = [
    path("", include("tutoring_admin.dashboards.urls")),
    path("roles/", include("roles.urls")),
    path("checklists/", include("checklists.urls")),
    path("roadmap/", include("roadmap.urls")),
    path("self-assessment/", include("selfassessment.urls")),
    path("packets/", include("tutoring_admin.packets.urls")),
    path("systems/", include("tutoring_admin.systems.urls")),
]
urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.home, name="home"),
    path("healthz", health.healthz, name="healthz"),
    path("healthz/late", health.late, name="healthz-late"),
    path("accounts/login/", accounts.sign_in, name="account_login"),
    path(
        "accounts/2fa/webauthn/keys/<int:pk>/remove/",
        second_factors.remove_passkey,
        name="mfa_remove_webauthn",
    ),
    path("", include("tutoring_admin.systems.signon.addresses")),
    path("invitations/", invitations.accept, name="invitation-accept"),
    path("invitations/<str:token>/", invitations.take, name="invitation"),
    path("calendar/<str:token>.ics", feeds.feed, name="calendar-feed"),
    path("packet/<str:token>/", guest.guest, name="packet-guest"),
    path("api/", include("tutoring_admin.api.urls")),
    path("deleted/<uuid:number>/", moving.certificate, name="removal-certificate"),
    path("deleted/<uuid:number>/pdf/", moving.certificate_pdf, name="removal-certificate-pdf"),
    path("shortcuts/", views.shortcuts, name="shortcuts"),
    path("support/", support.mine, name="support"),
    path("support/<int:pk>/leave/", support.leave, name="support-leave"),
    path("mail/", mail.places, name="mail-places"),
    path("mail/later/<str:token>/", mail.later, name="mail-later"),
    path("mail/off/<str:token>/", mail.off, name="mail-off"),
    path("d/<slug:district>/", include(district_patterns)),
]
if settings.DEBUG or settings.DEMO:
    urlpatterns += [path("kit/", kit.kit, name="kit")]
if settings.DEMO:
    urlpatterns += [
        path("demo/sign-in/", demo_doors.sign_in, name="demo-sign-in"),
        path("demo/mail/", demo_doors.mailbox, name="demo-mail"),
        path("demo/mail/<str:key>/", demo_doors.mail, name="demo-mail-detail"),
    ]
