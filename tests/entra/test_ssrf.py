"""No Tenant URL, name or answer makes the server connect where it may not.

What counts is the socket: these tests watch every connection of the process.
"""

from ipaddress import ip_address

import pytest

from envoy_console.entra.target_errors import UNREACHABLE, TargetError
from envoy_console.entra.urls import RefusedError
from tests.harness import network
from tests.harness.targets import answer, found, raw_target

PUBLIC_ADDRESS = "93.184.216.34"

URLS = [
    "http://127.0.0.1:22/",
    "http://127.0.0.1/",
    "http://127.0.0.2:6379/",
    "http://127.1/",
    "http://127.0.1/",
    "http://2130706433/",
    "http://0x7f000001/",
    "http://0x7f.1/",
    "http://0x7f.0.0.1/",
    "http://0177.0.0.1/",
    "http://017700000001/",
    "http://127.0.0.01/",
    "http://0/",
    "http://0.0.0.0/",
    "http://0.0.0.0:8000/scim/v2",
    "http://localhost/",
    "http://LOCALHOST:5432/",
    "http://localhost./",
    "http://localhost.localdomain/",
    "http://127.0.0.1.nip.io/",
    "http://[::1]/",
    "http://[::]/",
    "http://[::]:8000/scim/v2",
    "http://[0:0:0:0:0:0:0:1]:22/",
    "http://[::ffff:127.0.0.1]/",
    "http://[::ffff:7f00:1]/",
    "http://[::127.0.0.1]/",
    "http://[64:ff9b::7f00:1]/",
    "http://[2002:7f00:1::]/",
    "http://[fe80::1]/",
    "http://[fe80::1%25lo]/",
    "http://[fec0::1]/",
    "http://[fd00::1]/",
    "http://169.254.169.254/latest/meta-data/",
    "http://[fd00:ec2::254]/latest/meta-data/",
    "http://2852039166/",
    "http://168.63.129.16/",
    "http://100.100.100.200/",
    "http://10.0.0.1/",
    "http://172.16.0.1/",
    "http://192.168.0.1/",
    "http://metadata.google.internal/",
    "http://224.0.0.1/",
    "http://255.255.255.255/",
    "https://127\u30020\u30020\u30021/",
    "https://\u2460\u2461\u2466.0.0.1/",
    "https://\uff4c\uff4f\uff43\uff41\uff4c\uff48\uff4f\uff53\uff54/",
    "http://127.0.0.1\\@scim.example.org/",
    "https://scim.example.org\\@127.0.0.1/",
    "https://scim.example.org@127.0.0.1/",
    "https://scim.example.org:443@127.0.0.1:22/",
    "https://scim.example.org#@127.0.0.1/",
    "https://scim.example.org?@127.0.0.1/",
    "https://127.0.0.1#.scim.example.org/",
    "https://scim.example.org%2f@127.0.0.1/",
    "https://scim.example.org%00.127.0.0.1/",
    "https://scim.example.org:22/",
    "https://scim.example.org:80 @127.0.0.1/",
    "https://scim.example.org\r\nHost: 127.0.0.1/",
    "https://scim.example.org\t.evil.example/",
    "https://evil.example/scim.example.org",
    "https://scim.example.org.evil.example/",
    "https://evilscim.example.org/",
    "https:/127.0.0.1/",
    "https:127.0.0.1",
    "///127.0.0.1/",
    "gopher://127.0.0.1:6379/_FLUSHALL",
    "file:///etc/passwd",
    "dict://127.0.0.1:11211/",
    "unix:/run/docker.sock",
    "http+unix://%2Frun%2Fdocker.sock/",
]

ADDRESSES = [
    "0.0.0.0",  # noqa: S104
    "0.1.2.3",
    "10.0.0.1",
    "100.64.0.1",
    "127.0.0.1",
    "168.63.129.16",
    "169.254.169.254",
    "172.16.0.1",
    "172.31.255.255",
    "192.0.0.1",
    "192.0.2.1",
    "192.88.99.1",
    "192.168.1.1",
    "198.18.0.1",
    "198.51.100.1",
    "203.0.113.1",
    "224.0.0.1",
    "239.255.255.255",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::ffff:127.0.0.1",
    "::ffff:93.184.216.34",
    "::127.0.0.1",
    "64:ff9b::7f00:1",
    "64:ff9b:1::1",
    "100::1",
    "2001::1",
    "2001:db8::1",
    "2002:7f00:1::",
    "3fff::1",
    "5f00::1",
    "fc00::1",
    "fd00:ec2::254",
    "fe80::1",
    "fe80::1%eth0",
    "fec0::1",
    "ff02::1",
]


@pytest.fixture
def public(make_settings):
    """A server that others reach, and that may speak to one other host."""
    return make_settings(host="0.0.0.0", sim_allow_hosts=("scim.example.org",))  # noqa: S104


@pytest.fixture(autouse=True)
def watched():
    network.connections.clear()


def resolving_to(*addresses):
    """A look-up that finds `addresses`."""
    return lambda host, port: [ip_address(address) for address in addresses]


@pytest.mark.parametrize("tenant_url", URLS)
def test_a_url_that_leads_inside_is_never_dialled(connect, public, tenant_url):
    resolve = resolving_to("127.0.0.1")

    with pytest.raises(RefusedError):
        connect(tenant_url, public, resolve=resolve).query("Users", "userName", "a")

    assert list(network.connections) == []


@pytest.mark.parametrize("address", ADDRESSES)
def test_a_name_that_leads_inside_is_never_dialled(connect, public, address):
    resolve = resolving_to(PUBLIC_ADDRESS, address)
    client = connect("https://scim.example.org/", public, resolve=resolve)

    with pytest.raises(TargetError, match="may not connect") as caught:
        client.query("Users", "userName", "a")

    assert caught.value.code == UNREACHABLE
    assert list(network.connections) == []


def test_a_name_that_changes_its_mind_is_dialled_where_it_was_vetted(connect, public):
    answers = [[ip_address(PUBLIC_ADDRESS)], [ip_address("127.0.0.1")]]
    client = connect(
        "https://scim.example.org/", public, resolve=lambda *_: answers.pop(0)
    )

    with pytest.raises(TargetError):
        client.query("Users", "userName", "a")
    dialled = list(network.connections)
    network.attempts.clear()  # expected here: the harness refused it
    with pytest.raises(TargetError, match="may not connect"):
        client.query("Users", "userName", "a")

    assert dialled == list(network.connections) == [PUBLIC_ADDRESS]
    assert answers == []


def test_a_name_of_this_machine_may_not_lead_outside(connect):
    client = connect("http://localhost:9000", resolve=resolving_to(PUBLIC_ADDRESS))

    with pytest.raises(TargetError, match="may not connect"):
        client.query("Users", "userName", "a")

    assert list(network.connections) == []


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_not_followed(connect, status):
    with raw_target(found()) as inside:
        redirect = answer(status, Location=f"{inside.url}/Users")
        with raw_target(redirect) as target, pytest.raises(TargetError) as caught:
            connect(target.url).query("Users", "userName", "a")

    assert "redirects" in caught.value.message
    assert caught.value.status == status
    assert inside.requests == []


@pytest.mark.parametrize("name", ["HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"])
def test_a_proxy_of_the_environment_is_not_asked(connect, monkeypatch, name):
    with raw_target(found()) as proxy, raw_target(found()) as target:
        monkeypatch.setenv(name, f"http://{proxy.authority}")
        connect(target.url).query("Users", "userName", "a")

    assert (proxy.connections, target.connections) == (0, 1)
