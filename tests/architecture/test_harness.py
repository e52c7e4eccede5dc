"""The guards of the harness itself: each must be able to fail."""

import socket

import pytest

from tests.harness import network, statements
from tests.harness.pages import Page, faults


def test_connections_to_other_machines_are_refused_and_noted():
    with socket.socket() as anywhere, pytest.raises(PermissionError):
        anywhere.connect(("192.0.2.1", 80))

    assert network.attempts.pop() == "('192.0.2.1', 80)"


def test_statements_are_counted_where_the_server_runs(app, scim):
    with statements.counted(app) as executed:
        scim.get("/Users")

    assert any("employees" in statement for statement in executed)


def test_a_budget_that_is_exceeded_fails(query_budget, scim):
    with pytest.raises(AssertionError, match="SELECT"), query_budget(0):
        scim.get("/Users")


@pytest.mark.parametrize(
    "html",
    [
        "<html lang=en><title>T</title><h1>H</h1><b id=a></b><i id=a></i>",
        "<html lang=en><title>T</title><h1>H</h1><script>go()</script>",
        "<html lang=en><title>T</title><h1>H</h1><p style='color: red'>",
        "<html lang=en><title>T</title><h1>H</h1><p onclick='go()'>",
        "<html lang=en><title>T</title><h1>H</h1><h1>H</h1>",
        "<html lang=en><h1>H</h1>",
        "<html><title>T</title><h1>H</h1>",
    ],
)
def test_each_fault_of_a_page_is_found(html):
    assert len(faults(Page(html))) == 1


def test_a_page_without_faults_has_none():
    page = "<html lang=en><title>T</title><h1>H</h1><script src='/a.js'></script>"

    assert faults(Page(page)) == []
