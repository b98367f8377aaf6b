"""Standards of a district or state, read from a file: pure, without Django."""
