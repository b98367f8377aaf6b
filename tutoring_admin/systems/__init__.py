"""How the product stands beside a district's other systems: rosters, sign-on, data out, privacy."""
