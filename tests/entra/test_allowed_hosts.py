"""SIM_ALLOW_HOSTS: which other servers the simulator may speak to."""

import pytest

from envoy_console.config import Config, ConfigError


def test_hosts_are_separated_by_spaces(tmp_path):
    text = " SCIM.example.org  localhost:9000 [::1]:9000"
    settings = Config.from_env(tmp_path, {"SIM_ALLOW_HOSTS": text})

    assert settings.sim_allow_hosts == (
        "scim.example.org",
        "localhost:9000",
        "[::1]:9000",
    )


def test_nobody_is_allowed_unless_said_so(tmp_path):
    assert Config.from_env(tmp_path, {}).sim_allow_hosts == ()


@pytest.mark.parametrize(
    "text", ["https://scim.example.org", "*", "*.example.org", "a,b", "a:b", "a/b"]
)
def test_what_is_no_host_stops_the_start(tmp_path, text):
    with pytest.raises(ConfigError, match="SIM_ALLOW_HOSTS must be hosts separated"):
        Config.from_env(tmp_path, {"SIM_ALLOW_HOSTS": text})
