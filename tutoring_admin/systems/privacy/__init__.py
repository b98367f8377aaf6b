"""What the product holds about people: why, how long, for whom, and how it goes again."""
