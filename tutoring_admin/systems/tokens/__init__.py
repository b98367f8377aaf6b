"""Keys that the district lead gives to other systems of the district."""
