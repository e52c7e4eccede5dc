"""Endpoint checks: does a SCIM endpoint do what Entra, and the standard, ask of it?

`examination` goes through the requirements: our own, which speak as Entra does
(`users`, `groups`), and those of scim2-tester, a client that knows only the standard
(`standard`). All of them send through one `wire`, which counts and remembers, and what
they make stands in one `ledger` until it is removed.
"""
