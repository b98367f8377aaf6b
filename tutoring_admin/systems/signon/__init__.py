"""Single sign-on: a district's own provider proves who someone is, our memberships say what."""
