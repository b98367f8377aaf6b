"""The one kind of error that a person running a command is meant to read."""


class Trouble(Exception):
    """Something the person at the keyboard can put right; the message is one plain sentence."""
