"""The one kind of error that a person running a command is meant to read."""


class Trouble(Exception):  # noqa: N818 -- it is shown to people, not an error of the code
    """Something the person at the keyboard can put right; the message is one plain sentence."""
