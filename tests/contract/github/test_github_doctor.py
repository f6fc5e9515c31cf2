"""What doctor says: reachable, signed in, and the exact permission that is missing."""

import socket

from github_server import Token

ALL = {"metadata": "read", "contents": "write", "pull_requests": "write", "deployments": "read",
       "issues": "write"}


def examined(shop, writes=True):
    return {one["what"]: one for one in shop.ask("examine", writes=writes)}


def shop_with(github, **permissions):
    repo = github.repo("octo/shop")
    repo.commit({"a": "b"}, "start")
    github.tokens["fine"] = Token(permissions=permissions)
    return repo


def test_a_token_that_may_everything_is_well(github, client):
    shop_with(github, **ALL)
    found = examined(client(github, token="fine"))
    assert all(one["ok"] for one in found.values()), found
    assert "as insight-bot" in found["sign in"]["finding"]


def test_a_classic_token_shows_its_scopes(github, client):
    shop_with(github)
    assert "with the scopes repo" in examined(client(github))["sign in"]["finding"]


def test_each_missing_permission_is_named_as_github_names_it(github, client):
    for permission, what, words in (
            ("deployments", "read deployments of octo/shop", "'Deployments: read-only'"),
            ("pull_requests", "read pull requests of octo/shop", "'Pull requests: read-only'"),
            ("contents", "read commits and contents of octo/shop", "'Contents: read-only'")):
        github.repos.clear()
        shop_with(github, **{key: value for key, value in ALL.items() if key != permission})
        one = examined(client(github, token="fine"), writes=False)[what]
        assert not one["ok"] and words in one["fix"], one


def test_writing_is_told_apart_from_reading(github, client):
    shop_with(github, metadata="read", contents="read", pull_requests="read", deployments="read")
    found = examined(client(github, token="fine"))
    assert found["read commits and contents of octo/shop"]["ok"]
    write = found["write branches and commits of octo/shop"]
    assert not write["ok"] and "'Contents: read and write'" in write["fix"]
    assert all(line.startswith("GET ") for line in github.log()), "doctor writes nothing"


def test_an_app_is_examined_by_its_installation(github, client, app_key):
    github.repo("octo/shop").commit({"a": "b"}, "start")
    github.app("7", app_key.public, {"metadata": "read", "contents": "read",
                                     "deployments": "read", "pull_requests": "write"})
    found = examined(client(github, token="", appId="7", privateKey=app_key.private))
    assert found["sign in"]["finding"] == "as insight[bot]"
    assert found["open pull requests, comment on them of octo/shop"]["ok"]
    write = found["write branches and commits of octo/shop"]
    assert not write["ok"] and "accept it for the installation" in write["fix"]


def test_nobody_is_told_what_a_token_would_give(github, client):
    shop_with(github)
    one = examined(client(github, token=""))["sign in"]
    assert not one["ok"] and "60 requests an hour" in one["finding"] and one["fix"]


def test_a_revoked_token_ends_the_examination(github, client):
    shop_with(github)
    github.tokens["test-token"].revoked = True
    found = client(github).ask("examine")
    assert len(found) == 1 and not found[0]["ok"] and "make a new one" in found[0]["fix"]


def test_a_server_that_is_not_there_says_where_it_was_sought(client):
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        port = closed.getsockname()[1]
    found = client(url=f"http://127.0.0.1:{port}").ask("examine")
    assert len(found) == 1 and found[0]["what"] == f"reach http://127.0.0.1:{port}"
    assert not found[0]["ok"]


def test_an_empty_repository_is_no_missing_right(github, client):
    github.repo("octo/shop")
    one = examined(client(github))["read commits and contents of octo/shop"]
    assert one["ok"] and "no commit yet" in one["finding"]
