"""Single sign-on of the simulated tenant: Entra as the identity provider.

It plays the part for practice. Whoever administers the tenant chooses which of its users
to be; there is no password, and it never looks like anybody's sign-in page.
"""
