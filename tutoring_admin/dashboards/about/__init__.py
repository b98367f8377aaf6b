"""One school, one department, one person: what the product knows of them, within reach."""
