"""Webhooks: other systems are told at once what happens here, in signed messages."""
