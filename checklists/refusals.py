"""What a service says when it will not do what was asked."""


class Refused(Exception):
    """Refused for a reason the person can read; `str()` of it is a whole sentence."""
