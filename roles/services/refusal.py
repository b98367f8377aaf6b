"""What a service raises when a person may not do this now."""


class Refused(Exception):
    """A sentence for the person: what cannot be done and why."""


class Stale(Refused):
    """Someone else changed the row since this person read it."""
