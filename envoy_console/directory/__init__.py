"""The rules of the house, written once for every door.

Verbs that take a connection and plain values, act, and raise; they never answer.
Console pages, SCIM endpoints and commands call the same ones.
"""
