"""Bring a company to where a lesson begins: with one click, and always the same.

A scenario is a reset and the first few of an ordered list of stages, each of them done
by the verbs that the pages use. What needs no HTTP is done at once, in one transaction.
Where the endpoint has to be asked first, the company keeps the scenario's name, and the
worker goes on: it tests the credentials, as Save does, and takes the last stages.
"""
