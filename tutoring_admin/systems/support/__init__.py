"""Support access: an operator of the installation asks, a district lead lets them look, briefly."""
