"""Records for a district's other systems: read-only, by token, behind the wall."""
