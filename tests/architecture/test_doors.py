"""Who gets in: without credentials, nobody, save for what this list reads aloud."""

import re

import pytest

METHODS = ("GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE")

# The console's sign-in page, and what it needs to be seen.
OPEN_TO_STRANGERS = {
    "/sign-in": {"GET", "HEAD", "OPTIONS", "POST"},
    "/static/<path:filename>": {"GET", "HEAD", "OPTIONS"},
    "/preferences": {"OPTIONS", "POST"},
    # Probes of a load balancer: they tell nothing but whether we can serve.
    "/healthz": {"GET", "HEAD", "OPTIONS"},
    "/readyz": {"GET", "HEAD", "OPTIONS"},
    # The token endpoint asks for the secret of an OAuth client, and says where it is.
    "/oauth/token": {"OPTIONS", "POST"},
    # SAML: who we are, where a sign-in starts, and where a signed response comes to.
    "/a/saml/metadata/<company_id>": {"GET", "HEAD", "OPTIONS"},
    "/a/saml/auth/<company_id>": {"GET", "HEAD", "OPTIONS"},
    "/a/saml/acs/<company_id>": {"OPTIONS", "POST"},
    "/sign-in/single-sign-on": {"GET", "HEAD", "OPTIONS"},
    "/.well-known/oauth-authorization-server": {"GET", "HEAD", "OPTIONS"},
}


def address(rule):
    return re.sub(r"<[^>]+>", "somebody-elses", rule)


# Doors for machines: they carry a secret or a signature with every request.
FOR_MACHINES = ("/scim/", "/oauth/", "/a/saml/acs/")


def is_refusal(answer):
    if answer.status_code in (302, 303):
        return answer.headers["Location"].startswith("/sign-in")
    return answer.status_code in (401, 403, 405)


@pytest.fixture
def knock(stranger):
    """Ask as a stranger who has fetched a valid CSRF token from the sign-in page."""
    page = stranger.get("/sign-in")
    csrf_token = page.form("main form").fields["csrf_token"]
    headers = {"X-CSRFToken": csrf_token}

    def request(method, rule):
        return stranger.http.request(
            method, address(rule), headers=headers, follow_redirects=False
        )

    return request


def test_nothing_opens_without_credentials_but_what_the_list_allows(app, knock):
    rules = {rule.rule for rule in app.url_map.iter_rules()}
    opened = [
        f"{method} {rule} answered {answer.status_code}"
        for rule in rules
        for method in METHODS
        if method not in OPEN_TO_STRANGERS.get(rule, ())
        and not is_refusal(answer := knock(method, rule))
    ]

    assert opened == []


def test_the_list_names_nothing_that_is_not_there(app):
    assert set(OPEN_TO_STRANGERS) <= {rule.rule for rule in app.url_map.iter_rules()}


def test_a_form_without_its_csrf_token_is_refused_even_from_an_admin(app, console):
    rules = [
        rule.rule
        for rule in app.url_map.iter_rules()
        if "POST" in rule.methods and not rule.rule.startswith(FOR_MACHINES)
    ]
    answers = {rule: console.http.post(address(rule)).status_code for rule in rules}

    assert answers == dict.fromkeys(rules, 400)


def test_a_console_session_opens_nothing_under_scim(app, console):
    rules = [r for r in app.url_map.iter_rules() if r.rule.startswith("/scim/")]
    answers = {r.rule: console.http.get(address(r.rule)).status_code for r in rules}

    assert answers == dict.fromkeys(answers, 401)


def test_a_scim_token_opens_nothing_in_the_console(app, scim):
    rules = [
        rule.rule
        for rule in app.url_map.iter_rules()
        if rule.rule not in OPEN_TO_STRANGERS and not rule.rule.startswith("/scim/")
    ]
    root = scim.http.base_url.copy_with(path="/")
    opened = [r for r in rules if not is_refusal(scim.get(str(root.join(address(r)))))]

    assert opened == []
