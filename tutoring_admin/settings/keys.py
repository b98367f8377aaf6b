"""Which secret keys are none: short ones, and those that stand in somebody's files."""

from collections.abc import Iterable

from django.core.exceptions import ImproperlyConfigured

SHORTEST = 50  # characters, and at least this many different ones:
DIFFERENT = 10
PUBLIC = ("django-insecure-", "only-for-", "change", "please-generate")
HOW = 'make one with: python3 -c "import secrets; print(secrets.token_urlsafe(50))"'


def refuse_known(key: str, fallbacks: Iterable[str]) -> None:
    """Raises ImproperlyConfigured for a key that others may know. Never says the key."""
    for name, keys in (("SECRET_KEY", [key]), ("SECRET_KEY_FALLBACKS", fallbacks)):
        if any(_is_known(each) for each in keys):
            raise ImproperlyConfigured(f"{name} is too short or known to others; {HOW}")


def _is_known(key: str) -> bool:
    return len(key) < SHORTEST or len(set(key)) < DIFFERENT or key.startswith(PUBLIC)
