import json
import os
import subprocess
import sys

import pytest

_TESTS = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
sys.path.insert(0, _TESTS)
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from github_server import GithubServer  # noqa: E402

_CONSOLE = os.environ.get("FIXES_CONSOLE", os.path.join(
    os.path.dirname(_TESTS), "build/release/tests/integration/fixes/fixes_console"))


@pytest.fixture(scope="session")
def console_binary():
    if not os.access(_CONSOLE, os.X_OK):
        pytest.skip(f"{_CONSOLE} is not built (cmake -DINSIGHT_TESTS=ON)")
    return _CONSOLE


@pytest.fixture
def github():
    with GithubServer() as server:
        yield server


class Console:
    """The product's store and settings in a folder; each call is a process of its own."""

    def __init__(self, binary, folder, github):
        self.binary = binary
        self.config = os.path.join(folder, "config.json")
        self.settings = {
            "store": f"sqlite://{folder}/insight.db",
            "server": {"externalUrl": "https://insight.example"},
            "github": {"url": github.url, "token": {"env": "GITHUB_TEST_TOKEN"},
                       "writeInterval": "1ms",
                       "repositories": [{"name": "octo/shop", "service": "orders"}]},
            "fixes": {"enabled": True, "labels": ["incident"], "monitoring": "off"}}

    def __call__(self, *words, ok=True):
        with open(self.config, "w", encoding="utf-8") as file:
            json.dump(self.settings, file)
        done = subprocess.run([self.binary, self.config, *map(str, words)], text=True,
                              capture_output=True, timeout=60,
                              env={**os.environ, "GITHUB_TEST_TOKEN": "test-token"})
        assert done.stdout, done.stderr
        out = json.loads(done.stdout)
        if ok:
            assert done.returncode == 0, out
        return out

    def approve(self):
        """Approves what is held and does it; gives the decided approvals."""
        held = [one for one in self("approvals") if one["state"] == "held"]
        for one in held:
            self("decide", one["id"], one["digest"], "yes")
        self("run")
        return [one for one in self("approvals") if one["id"] in {h["id"] for h in held}]

    def parcel(self, channel):
        return [one for one in self("parcels") if one["channel"] == channel]


@pytest.fixture
def console(console_binary, tmp_path, github):
    return Console(console_binary, str(tmp_path), github)
