"""Schools and staff from the district's own roster: files, and the same over REST."""
