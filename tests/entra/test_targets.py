"""Which Tenant URLs are accepted, where they lead, and what a refusal says."""

from ipaddress import ip_address

import pytest

from envoy_console.entra.targets import Reach, judge
from envoy_console.entra.urls import RefusedError

OURS = "http://localhost:8000/scim/v2"
PUBLIC = {
    "host": "0.0.0.0",  # noqa: S104
    "external_url": "https://console.example.org",
    "sim_allow_hosts": ("scim.example.org", "scim.example.org:9443", "localhost:9000"),
}


@pytest.fixture
def home(make_settings):
    """A server that serves its own machine only."""
    return make_settings()


@pytest.fixture
def public(make_settings):
    """A server that others reach through a proxy."""
    return make_settings(**PUBLIC)


@pytest.mark.parametrize("ending", ["", "/", "?aadOptscim062020", "/?aadOptscim062020"])
def test_the_address_in_the_tutorial_is_answered_by_this_server(home, ending):
    target = judge(f"https://app.envoy.com/scim/v2{ending}", home)

    assert target.tenant_url == f"https://app.envoy.com/scim/v2{ending}"
    assert (str(target.base), target.reach) == (OURS, Reach.OWN)
    assert str(target.dialled) == "http://127.0.0.1:8000/scim/v2"


@pytest.mark.parametrize(
    "tenant_url",
    [OURS, "http://127.0.0.1:8000/scim/v2/", "http://[::1]:8000/scim/v2", f" {OURS}\n"],
)
def test_our_own_address_is_always_accepted(home, tenant_url):
    assert judge(tenant_url, home).reach is Reach.OWN


@pytest.mark.parametrize(
    "tenant_url",
    [
        "https://console.example.org/scim/v2",
        "HTTPS://Console.Example.org:443/scim/v2/",
        "https://app.envoy.com/scim/v2",
        "http://localhost:8000/scim/v2",
    ],
)
def test_behind_a_proxy_we_are_dialled_directly_by_our_name(public, tenant_url):
    target = judge(tenant_url, public)

    assert str(target.dialled) == "http://127.0.0.1:8000/scim/v2"
    assert target.base.authority == "console.example.org"


@pytest.mark.parametrize(
    ("host", "dialled"),
    [
        ("0.0.0.0", "http://127.0.0.1:8000"),  # noqa: S104
        ("::", "http://[::1]:8000"),
        ("::1", "http://[::1]:8000"),
        ("10.1.2.3", "http://10.1.2.3:8000"),
    ],
)
def test_we_are_dialled_where_we_listen(make_settings, host, dialled):
    target = judge("https://app.envoy.com/scim/v2", make_settings(host=host))

    assert str(target.dialled) == f"{dialled}/scim/v2"


@pytest.mark.parametrize(
    ("query", "is_compliant"), [("", False), ("?aadOptscim062020", True)]
)
def test_the_flag_chooses_the_compliant_dialect(home, query, is_compliant):
    assert judge(OURS + query, home).is_compliant is is_compliant


@pytest.mark.parametrize(
    "tenant_url",
    ["http://localhost:9000", "https://127.0.0.1:9443/scim", "http://[::1]:81/a/b"],
)
def test_other_ports_of_this_machine_are_open_while_nobody_else_reaches_us(
    home, tenant_url
):
    assert judge(tenant_url, home).reach is Reach.LOOPBACK


@pytest.mark.parametrize("tenant_url", ["http://localhost:9001", "http://127.0.0.1:22"])
def test_they_are_closed_when_others_reach_us(public, tenant_url):
    with pytest.raises(RefusedError, match=r"add .*:[0-9]+ to SIM_ALLOW_HOSTS"):
        judge(tenant_url, public)


@pytest.mark.parametrize(
    "deployed",
    [
        {"external_url": "https://console.example.org"},
        {"trusted_proxy": True},
        {"trusted_hosts": ("your-name.tunnel.example",)},
        {"host": "0.0.0.0"},  # noqa: S104
    ],
)
def test_a_proxy_or_a_tunnel_in_front_is_reached_by_others_too(make_settings, deployed):
    """We may listen on loopback: that is just where a proxy expects us."""
    settings = make_settings(**deployed)

    with pytest.raises(RefusedError, match="SIM_ALLOW_HOSTS"):
        judge("http://localhost:5432", settings)
    assert judge("https://app.envoy.com/scim/v2", settings).reach is Reach.OWN


def test_the_operator_may_open_one(public):
    assert judge("http://localhost:9000/scim", public).reach is Reach.LOOPBACK


@pytest.mark.parametrize("port", ["", ":443", ":8443", ":9443"])
def test_the_operator_may_open_other_hosts(public, port):
    target = judge(f"https://SCIM.example.org{port}/v2", public)

    assert target.reach is Reach.PUBLIC
    assert target.base == target.dialled


@pytest.mark.parametrize(
    ("tenant_url", "remedy"),
    [
        ("", "Enter a Tenant URL"),
        ("scim.example.org/v2", "must start with https://"),
        ("ftp://scim.example.org", "must start with https://"),
        ("file:///etc/passwd", "must start with https://"),
        ("https://scim.example.org/a b", "a space"),
        ("https://scim.example.org/\r\nHost: a", "a control character"),
        ("https://scim.ex\u00e4mple.org", "outside ASCII"),
        ("https://127\u30020.0.1", "outside ASCII"),
        ("https://ann:secret@scim.example.org", "user name"),
        ("https://scim.example.org\\@evil.example", "backslash"),
        ("https://scim.example.org#@evil.example", "#"),
        ("https://scim.example.org/?a=b", "Only \\?aadOptscim062020"),
        ("https://scim.example.org/?aadOptscim062020&a", "Only \\?aadOptscim062020"),
        ("https://", "cannot be understood"),
        ("https://scim.example.org:port/", "cannot be understood"),
        ("https://scim.example.org/%zz", "cannot be understood"),
        ("https://scim.example.org:0/", "not a port"),
        ("https://scim.example.org:65536/", "not a port"),
        ("https://2130706433/", "neither"),
        ("https://scim..example.org/", "neither"),
        ("https://scim.example.org./", "neither"),
        ("https://-scim.example.org/", "neither"),
        ("https://" + "a" * 64 + ".example.org/", "neither"),
        ("https://" + "a." * 127 + "example/", "neither"),
        ("https://[::1/", "cannot be understood"),
        ("https://[fe80::1%25eth0]/", "cannot be understood"),
        ("https://[1:2]/", "neither"),
        ("https://other.example.org/", "SIM_ALLOW_HOSTS"),
        ("https://scim.example.org:22/", "SIM_ALLOW_HOSTS"),
        ("https://app.envoy.com/scim/v2/Users", "SIM_ALLOW_HOSTS"),
        ("http://app.envoy.com/scim/v2", "SIM_ALLOW_HOSTS"),
        ("http://scim.example.org:443/", "Use https://"),
        ("https://scim.example.org/" + "a" * 2048, "Shorten"),
    ],
)
def test_a_refusal_says_what_to_do(public, tenant_url, remedy):
    with pytest.raises(RefusedError, match=remedy):
        judge(tenant_url, public)


def test_a_private_address_is_refused_though_it_is_listed(make_settings):
    settings = make_settings(sim_allow_hosts=("10.0.0.1",))

    with pytest.raises(RefusedError, match="not a public address"):
        judge("https://10.0.0.1/", settings)


@pytest.mark.parametrize(
    "address", ["127.0.0.2", "::1", "93.184.216.34", "2606:4700::1111", "10.0.0.1"]
)
def test_a_name_of_this_machine_stands_for_this_machine_only(home, address):
    target = judge("http://localhost:9000", home)

    assert target.admits(ip_address(address)) is (address in ("127.0.0.2", "::1"))
