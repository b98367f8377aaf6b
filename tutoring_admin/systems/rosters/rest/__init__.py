"""Rosters over the network: OneRoster REST 1.1 and 1.2 with OAuth 2 client credentials."""
