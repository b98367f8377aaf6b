"""Embedded PostgreSQL and Valkey, and the one command that runs the whole product on them.

Nothing in this package imports Django: it has to work before the settings can be read.
"""
