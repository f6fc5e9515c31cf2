import os
import pathlib
import sys

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2]))
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))

import github_contract  # noqa: E402
from github_server import GithubServer  # noqa: E402


@pytest.fixture(scope="session")
def packages():
    folder, why = github_contract.npm_packages()
    if folder is None:
        pytest.skip(f"GitHub's API description is not here: {why}")
    return folder


@pytest.fixture
def github():
    with GithubServer() as server:
        yield server


@pytest.fixture
def client():
    """Opens clients; they are closed afterwards."""
    assert os.access(github_contract.CONSOLE, os.X_OK), \
        f"{github_contract.CONSOLE} does not exist: build it first with script/test"
    opened = []

    def open_one(github=None, **settings):
        opened.append(github_contract.Console(github, **settings))
        return opened[-1]

    yield open_one
    for one in opened:
        one.close()


@pytest.fixture(scope="session")
def recordings(packages):
    server = github_contract.Recordings(packages)
    yield server
    server.close()


@pytest.fixture(scope="session")
def app_key(tmp_path_factory):
    return github_contract.AppKey(tmp_path_factory.mktemp("app"))
