"""The roof: settings, addresses, background work, dashboards, and what runs it all."""
