"""Production: base plus transport security. Nothing here has a switch to turn it off."""

from tutoring_admin.settings.base import *
from tutoring_admin.settings.keys import refuse_known

refuse_known(SECRET_KEY, SECRET_KEY_FALLBACKS)

SECURE_SSL_REDIRECT = True
SECURE_REDIRECT_EXEMPT = ["^healthz(/late)?$"]  # the health check comes from inside, without TLS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_HSTS_SECONDS = 60 * 60 * 24 * 365
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
SESSION_COOKIE_SECURE = True
SESSION_COOKIE_NAME = "__Host-sessionid"
CSRF_COOKIE_SECURE = True
CSRF_COOKIE_NAME = "__Host-csrftoken"
