"""A school year of the demo district, lived through in minutes: what its people would be mailed."""
