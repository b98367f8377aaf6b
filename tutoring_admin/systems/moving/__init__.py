"""A district moves: the whole of it in one file, into another installation, or out for good."""
