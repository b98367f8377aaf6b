from django.urls import path

from roles.views import audit, drafting, files, jobs, people, publishing

app_name = "roles"
urlpatterns = [
    path("", jobs.index, name="index"),
    path("<int:pk>/", jobs.role, name="role"),
    path("<int:pk>/draft/", drafting.draft, name="draft"),
    path("versions/<int:pk>/", jobs.version, name="version"),
    path("versions/<int:pk>/edit/", drafting.version_edit, name="version-edit"),
    path("versions/<int:pk>/publish/", publishing.version_publish, name="version-publish"),
    path("versions/<int:pk>/acknowledge/", jobs.version_acknowledge, name="version-acknowledge"),
    path("versions/<int:pk>/file/", files.version_file, name="version-file"),
    path("versions/<int:pk>/again/", files.version_render_again, name="version-render-again"),
    path("versions/<int:pk>/pdf/", files.version_pdf, name="version-pdf"),
    path("people/", people.index, name="people"),
    path("people/levels/", people.levels, name="people-levels"),
    path("people/invite/", people.invite, name="people-invite"),
    path("people/<int:pk>/change/", people.change, name="people-change"),
    path("people/<int:pk>/end/", people.end, name="people-end"),
    path("invitations/<int:pk>/resend/", people.invitation_resend, name="invitation-resend"),
    path("invitations/<int:pk>/revoke/", people.invitation_revoke, name="invitation-revoke"),
    path("audit/", audit.index, name="audit"),
]
