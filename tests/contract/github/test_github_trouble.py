"""What goes wrong between us and GitHub: each time one clear sentence, and nothing half done."""

import base64
import json
import time

import pytest

from github_contract import AppKey
from github_server import Token

NOW = int(time.time())
SECONDARY = json.dumps({"message": "You have exceeded a secondary rate limit. Please wait."})


def small(github):
    repo = github.repo("octo/shop")
    return repo, repo.commit({"a.txt": "one\ntwo\n"}, "start", time=NOW - 3600)


def edit(parent, **rest):
    return {"branch": "insight/fix/1", "parent": parent, "message": "fix",
            "edits": [{"path": "a.txt", "content": "one\nTWO\n"}], **rest}


def one_sentence(error):
    assert "\n" not in error["message"] and len(error["message"]) < 400, error
    return error["message"]


# --- who may -----------------------------------------------------------------------------------------

def test_an_unknown_repository_says_what_to_check(github, client):
    small(github)
    error = client(github, repository="octo/shopp").fail("commits")
    assert error["kind"] == "not_found"
    assert "octo/shopp" in one_sentence(error) and "may not see it" in error["message"]


def test_a_revoked_token_says_where_the_new_one_goes(github, client):
    small(github)
    shop = client(github)
    shop.get("commits")
    github.tokens["test-token"].revoked = True
    error = shop.fail("deployments", since=0)
    assert error["kind"] == "denied" and "github.token" in one_sentence(error)
    assert "test-token" not in json.dumps(error)


def test_a_revoked_token_of_an_app_is_fetched_anew_once(github, client, app_key):
    small(github)
    github.app("7", app_key.public, {"contents": "read", "metadata": "read"})
    shop = client(github, token="", appId="7", privateKey=app_key.private)
    shop.get("commits")
    for token in github.tokens.values():
        token.revoked = True
    shop.get("branch", name="main")
    assert github.apps["7"]["issued"] == 2


def test_an_app_with_a_wrong_key_says_what_to_check(github, client, app_key, tmp_path):
    small(github)
    github.app("7", AppKey(tmp_path).public, {"contents": "read"})
    error = client(github, token="", appId="7", privateKey=app_key.private).fail("commits")
    assert error["kind"] == "denied" and "github.privateKey" in one_sentence(error)
    error = client(github, token="", appId="7", privateKey="no key").fail("commits")
    assert error["kind"] == "invalid" and "no key" not in error["message"]


def test_an_app_that_is_not_installed_says_where_to_install_it(github, client, app_key):
    repo, _ = small(github)
    github.app("7", app_key.public, {"contents": "read"})
    github.fault("GET /repos/octo/shop/installation", status=404, times=9,
                 body='{"message":"Not Found"}')
    error = client(github, token="", appId="7", privateKey=app_key.private).fail("commits")
    assert error["kind"] == "denied" and "not installed" in one_sentence(error)


# --- how often ---------------------------------------------------------------------------------------

def test_a_used_up_hour_is_waited_for_when_it_ends_soon(github, client):
    small(github)
    github.limits.set(remaining=0, reset_in=1)
    began = time.monotonic()
    client(github).get("commits", timeout=20)
    assert time.monotonic() - began > 0.9


def test_a_used_up_hour_is_told_when_it_ends_late_and_not_asked_again(github, client):
    small(github)
    shop = client(github)
    github.limits.set(remaining=0, reset_in=1800)
    for _ in range(3):
        error = shop.fail("commits", timeout=5)
        assert error["kind"] == "unavailable" and "hourly rate limit" in one_sentence(error)
    assert len(github.requests) == 1, "no request while the limit is known to hold"
    assert abs(shop.get("blocked_until") - time.time() - 1800) < 10


def test_the_last_request_of_an_hour_is_noticed_before_the_next(github, client):
    small(github)
    shop = client(github)
    github.limits.set(remaining=1, reset_in=1800)
    shop.get("commits")
    assert shop.fail("deployments", since=0)["kind"] == "unavailable"
    assert len(github.requests) == 1


@pytest.mark.parametrize("status", [403, 429])
def test_a_secondary_limit_is_waited_for_as_long_as_it_says(github, client, status):
    _, first = small(github)
    github.fault("POST .*/git/trees", status=status, headers={"Retry-After": "1"}, body=SECONDARY)
    made = client(github, writeGap=0).get("commit_files", **edit(first))
    assert not made["unchanged"]
    times = [one["time"] for one in github.requests if "git/trees" in one["target"]]
    assert len(times) == 2 and times[1] - times[0] >= 1


def test_a_secondary_limit_without_a_time_is_a_minute(github, client):
    small(github)
    github.fault("GET .*/commits", status=403, body=SECONDARY)
    shop = client(github)
    error = shop.fail("commits", timeout=5)
    assert error["kind"] == "unavailable" and "in 1 min" in one_sentence(error), error


def test_a_403_for_another_reason_is_no_limit(github, client):
    small(github)
    github.fault("GET .*/commits", status=403, headers={"x-ratelimit-remaining": "4000"},
                 body='{"message":"Resource not accessible by personal access token"}')
    error = client(github).fail("commits")
    assert error["kind"] == "denied" and "rate limit" not in one_sentence(error)


def test_single_sign_on_and_archives_are_told_apart(github, client):
    repo, first = small(github)
    shop = client(github, writeGap=0)
    github.fault("GET .*/commits", status=403, body='{"message":"Resource protected by SAML"}',
                 headers={"X-GitHub-SSO": "required; url=https://github.com/orgs/octo/sso"})
    assert "single sign-on" in one_sentence(shop.fail("commits"))
    repo.archived = True
    error = shop.fail("commit_files", **edit(first))
    assert error["kind"] == "denied" and "archived" in one_sentence(error)


def test_what_has_not_changed_is_not_sent_again(github, client):
    repo, first = small(github)
    shop = client(github)
    for _ in range(3):
        shop.get("commits")
        shop.get("commit", ref=first)
        shop.get("contents", path="a.txt", ref=first)
    counts = [line for line in github.log() if "/commits?" in line]
    assert [line[-3:] for line in counts] == ["200", "304", "304"]
    assert len(github.requests) == 5, "what a SHA names is asked for once"
    second = repo.commit({"a.txt": "two\n"}, "next")
    assert shop.get("commits")["items"][0]["sha"] == second


def test_requests_that_write_keep_their_distance(github, client):
    _, first = small(github)
    client(github, writeGap=0.4).get("commit_files", **edit(first))
    times = [one["time"] for one in github.requests if one["method"] == "POST"]
    assert len(times) == 3 and min(b - a for a, b in zip(times, times[1:])) >= 0.39


# --- a commit of ours --------------------------------------------------------------------------------

def test_the_same_commit_twice_changes_nothing(github, client):
    repo, first = small(github)
    shop = client(github, writeGap=0)
    made = shop.get("commit_files", **edit(first))
    tip = repo.git.resolve("heads/insight/fix/1")
    assert made["sha"] == tip and repo.content("a.txt", tip) == b"one\nTWO\n"
    again = shop.get("commit_files", **edit(first))
    assert again == {"sha": tip, "unchanged": True}
    assert repo.git.resolve("heads/insight/fix/1") == tip


def test_a_branch_of_somebody_else_is_a_conflict(github, client):
    repo, first = small(github)
    theirs = repo.commit({"a.txt": "theirs\n"}, "mine!", branch="insight/fix/1", parents=[first])
    shop = client(github, writeGap=0)
    error = shop.fail("commit_files", **edit(first))
    assert error["kind"] == "conflict" and "exists with other content" in one_sentence(error)
    assert repo.git.resolve("heads/insight/fix/1") == theirs
    shop.get("commit_files", **edit(first, replace=True))
    assert repo.content("a.txt", "insight/fix/1") == b"one\nTWO\n"


def test_a_protected_branch_is_left_alone(github, client):
    repo, first = small(github)
    repo.protected.add("main")
    error = client(github, writeGap=0).fail("commit_files", **edit(first, branch="main"))
    assert error["kind"] == "denied" and "protected" in one_sentence(error)
    assert repo.git.resolve("main") == first
    assert not any(line.startswith(("POST", "PATCH")) for line in github.log())


@pytest.mark.parametrize("kind", ["lost", "cut"])
def test_an_answer_that_got_lost_is_looked_up(github, client, kind):
    repo, first = small(github)
    shop = client(github, writeGap=0)
    github.fault("POST .*/git/refs", kind=kind)
    made = shop.get("commit_files", **edit(first))
    assert repo.git.resolve("heads/insight/fix/1") == made["sha"]
    github.fault("POST .*/pulls", kind=kind)
    pull = shop.get("create_pull_request", title="fix", head="insight/fix/1")
    assert pull["number"] == 1 and pull["draft"] and len(repo.pulls) == 1


def test_a_failure_before_the_last_step_leaves_no_branch(github, client):
    repo, first = small(github)
    for step in ("blobs", "trees", "commits", "refs"):
        github.faults.clear()
        github.fault(f"POST .*/git/{step}", status=502, body="<html>Unicorn!</html>",
                     headers={"Content-Type": "text/html"})
        error = client(github, writeGap=0).fail("commit_files", **edit(first, edits=[
            {"path": "b.bin", "content": "\0binary"}, {"path": "a.txt", "content": "x"}]))
        assert error["kind"] == "unavailable", error
        one_sentence(error)
        assert repo.git.resolve("heads/insight/fix/1") is None


@pytest.mark.parametrize("path", [
    "../outside", "a/../../b", "/etc/passwd", ".git/config", "x/.GIT/hooks/pre-commit", "a//b",
    "a\nb", "a\x01b", "evil\u202etxt.exe", "a/./b", "git~1/x", "a\\b", "trailing./x", ""])
def test_hostile_paths_are_never_written(github, client, path):
    _, first = small(github)
    error = client(github, writeGap=0).fail("commit_files", **edit(
        first, edits=[{"path": path, "content": "x"}]))
    assert error["kind"] == "invalid" and "may not be written" in one_sentence(error)
    assert github.requests == []


def test_deleting_what_is_not_there_is_told(github, client):
    _, first = small(github)
    error = client(github, writeGap=0).fail("commit_files", **edit(first, edits=[{"path": "no"}]))
    assert error["kind"] == "invalid", error
    one_sentence(error)


# --- pull requests and comments ----------------------------------------------------------------------

def test_a_second_pull_request_of_a_branch_is_a_conflict(github, client):
    repo, first = small(github)
    shop = client(github, writeGap=0)
    shop.get("commit_files", **edit(first))
    shop.get("create_pull_request", title="fix", head="insight/fix/1")
    error = shop.fail("create_pull_request", title="fix", head="insight/fix/1")
    assert error["kind"] == "conflict" and "already exists" in error["cause"]
    assert [one["number"] for one in shop.get("pull_requests_of", head="insight/fix/1")] == [1]
    assert shop.get("pull_requests_of", head="insight/fix/2") == []


def test_a_pull_request_that_conflicts_says_so(github, client):
    repo, first = small(github)
    shop = client(github, writeGap=0)
    shop.get("commit_files", **edit(first))
    shop.get("create_pull_request", title="fix", head="insight/fix/1")
    assert shop.get("pull_request", number=1)["mergeable"] is True
    repo.commit({"a.txt": "one\nother\n"}, "meanwhile")
    assert shop.get("pull_request", number=1)["mergeable"] is False
    repo.close(1)
    assert shop.get("pull_request", number=1)["state"] == "closed"


def test_a_merged_pull_request_leads_to_its_commit(github, client):
    repo, first = small(github)
    shop = client(github, writeGap=0)
    made = shop.get("commit_files", **edit(first))
    shop.get("create_pull_request", title="fix", head="insight/fix/1")
    merge = repo.merge(1)
    pull = shop.get("pull_request", number=1)
    assert (pull["state"], pull["mergeCommit"]) == ("merged", merge)
    assert [one["number"] for one in shop.get("pull_requests_with", sha=made["sha"])] == [1]


def test_a_comment_updates_in_place_and_only_ours(github, client):
    repo, first = small(github)
    number = repo.add_issue("slow")["number"]
    shop = client(github, writeGap=0)
    marker = "<!-- devops-insight:review:1 -->"
    theirs = repo.add_comment(number, f"planted {marker}", user="mallory")
    one = shop.get("put_comment", number=number, marker="review:1", body="first")
    two = shop.get("put_comment", number=number, marker="review:1", body="second")
    posts = len(github.requests)
    shop.get("put_comment", number=number, marker="review:1", body="second")
    assert one["id"] == two["id"] != theirs["id"] and theirs["body"].startswith("planted")
    assert repo.comments[two["id"]]["body"] == f"second\n\n{marker}"
    assert not any(r["method"] != "GET" for r in github.requests[posts:]), "nothing new, nothing sent"
    assert len(repo.comments) == 2


def test_a_bot_that_may_not_ask_who_it_is_changes_no_persons_comment(github, client):
    repo, _ = small(github)
    number = repo.add_issue("slow")["number"]
    github.tokens["ghs_x"] = Token("ci[bot]", {"issues": "write", "metadata": "read"})
    marker = "<!-- devops-insight:m -->"
    theirs = repo.add_comment(number, f"planted {marker}", user="mallory")
    shop = client(github, token="ghs_x", writeGap=0)
    one = shop.get("put_comment", number=number, marker="m", body="first")
    two = shop.get("put_comment", number=number, marker="m", body="second")
    assert one["id"] == two["id"] != theirs["id"] and theirs["body"].startswith("planted")


def test_nobody_s_comment_is_touched_while_it_is_unknown_who_we_are(github, client):
    repo, _ = small(github)
    number = repo.add_issue("slow")["number"]
    github.fault("GET /user$", status=502, body="<html>", times=9)
    error = client(github, writeGap=0).fail("put_comment", number=number, marker="m", body="x")
    assert error["kind"] == "unavailable" and not repo.comments


def test_a_comment_beyond_the_first_page_is_found(github, client):
    repo, _ = small(github)
    number = repo.add_issue("slow")["number"]
    for index in range(230):
        repo.add_comment(number, f"talk {index}")
    shop = client(github, writeGap=0)
    shop.get("put_comment", number=number, marker="m", body="first")
    shop.get("put_comment", number=number, marker="m", body="second")
    assert sum("devops-insight:m" in one["body"] for one in repo.comments.values()) == 1


# --- what is read ------------------------------------------------------------------------------------

def test_a_moved_a_binary_and_an_enormous_file_are_told_apart(github, client):
    repo, _ = small(github)
    repo.commit({"keep/old.txt": "same\n" * 50, "pic": b"\0" * 50}, "more")
    enormous = "".join(f"line {index} of a very long file\n" for index in range(170_000))
    sha = repo.commit({"keep/old.txt": None, "kept/new.txt": "same\n" * 50, "pic": b"\0\1" * 50,
                       "empty": "", "huge.txt": enormous,
                       "large.txt": "words\n" * 19_000, "a.txt": "one\n2\n"}, "all at once")
    began = time.monotonic()
    detail = client(github).get("commit", ref=sha)
    assert time.monotonic() - began < 15
    files = {one["path"]: one for one in detail["files"]["items"]}
    assert files["kept/new.txt"]["status"] == "renamed"
    assert files["kept/new.txt"]["previous"] == "keep/old.txt"
    assert files["pic"]["binary"] and not files["pic"]["truncated"]
    assert not files["empty"]["binary"] and not files["empty"]["truncated"]
    assert files["huge.txt"]["truncated"] and files["huge.txt"]["additions"] == 170_000
    assert not files["huge.txt"]["binary"]
    assert files["a.txt"]["patch"] == "@@ -1,2 +1,2 @@\n one\n-two\n+2"
    assert detail["files"]["truncated"] and "too large" in detail["files"]["note"]


def test_hostile_names_are_read_and_shown_harmlessly(github, client):
    repo, _ = small(github)
    names = ["new\nline.txt", "a\x01b", "evil\u202etxt.exe", "space and'quote.txt", "-rf",
             "umläut.txt", "per%2Fcent", "q?uestion#hash", "<script>alert(1)</script>"]
    sha = repo.commit({name: f"content of {index}\n" for index, name in enumerate(names)}, "names")
    shop = client(github)
    files = {one["path"]: one["shown"] for one in shop.get("commit", ref=sha)["files"]["items"]}
    assert set(files) == set(names)
    for shown in files.values():
        assert "\n" not in shown and "\x01" not in shown and "\u202e" not in shown
    for index, name in enumerate(names):
        found = shop.get("contents", path=name, ref=sha)
        assert base64.b64decode(found["base64"]) == f"content of {index}\n".encode()
    for path in ("../a", "a/../../b", "", "/a", "."):
        assert shop.fail("contents", path=path)["kind"] == "invalid"


def test_a_file_beyond_a_mebibyte_is_read_whole(github, client):
    repo, _ = small(github)
    content = bytes(range(256)) * 9000
    repo.commit({"large.bin": content}, "large")
    found = client(github).get("contents", path="large.bin")
    assert base64.b64decode(found["base64"]) == content and found["binary"]


def test_folders_and_links_are_no_files(github, client):
    repo, _ = small(github)
    repo.commit({"dir/x": "x", "link": ("120000", "a.txt")}, "more")
    shop = client(github)
    assert "folder" in one_sentence(shop.fail("contents", path="dir"))
    assert "symlink" in one_sentence(shop.fail("contents", path="link"))
    assert shop.fail("contents", path="nowhere")["kind"] == "not_found"
    assert shop.fail("contents", path="a.txt", ref="nowhere")["kind"] == "not_found"


def test_a_list_that_github_cuts_is_called_truncated(github, client):
    repo, _ = small(github)
    repo.commit({f"f/{index}": "x" for index in range(320)}, "many")
    github.tree_most = 100
    shop = client(github)
    tree = shop.get("tree")
    assert tree["truncated"] and len(tree["items"]) < 101
    detail = shop.get("commit", ref="main")
    assert detail["files"]["truncated"] and len(detail["files"]["items"]) == 300
    listed = shop.get("commits", limit=1)
    assert listed["truncated"] and len(listed["items"]) == 1


def test_a_page_of_html_is_told_as_such(github, client):
    small(github)
    shop = client(github)
    page = {"body": "<html><title>Sign in</title></html>", "headers": {"Content-Type": "text/html"}}
    github.fault("GET .*/commits", status=200, **page)
    error = shop.fail("commits")
    assert error["kind"] == "corrupt" and "text/html instead of JSON" in one_sentence(error)
    github.fault("GET .*/commits", status=403, **page)
    assert shop.fail("commits")["kind"] == "corrupt"
    github.fault("GET .*/commits", status=404, **page)
    assert "check github.url" in one_sentence(shop.fail("commits"))


def test_a_busy_server_is_asked_again_only_for_reading(github, client):
    _, first = small(github)
    shop = client(github, writeGap=0)
    github.fault("GET .*/commits", status=502, body="<html>", times=2)
    shop.get("commits", timeout=20)
    github.fault("POST .*/git/trees", status=502, body="<html>", times=2)
    assert shop.fail("commit_files", **edit(first))["kind"] == "unavailable"
    assert sum("POST" in line for line in github.log()) == 1


def test_a_silent_server_costs_the_deadline_and_no_more(github, client):
    small(github)
    github.fault("GET .*/commits", kind="hang", seconds=8)
    began = time.monotonic()
    error = client(github).fail("commits", timeout=2)
    assert error["kind"] == "timeout" and time.monotonic() - began < 4
    one_sentence(error)


def test_a_next_page_elsewhere_is_not_followed(github, client):
    repo, _ = small(github)
    with type(github)() as thief:
        github.fault("GET .*/issues", status=200, body="[]", headers={
            "Link": f'<{thief.url}/repos/octo/shop/issues?page=2>; rel="next"'})
        listed = client(github).get("issues")
        assert listed["truncated"] and thief.requests == [], "our token went to a stranger"


def test_a_list_in_circles_ends(github, client):
    small(github)
    where = f"{github.api}/repos/octo/shop/issues?page=1"
    github.fault("GET .*/issues", status=200, times=9, body="[]",
                 headers={"Link": f'<{where}>; rel="next"'})
    listed = client(github).get("issues")
    assert listed["truncated"] and len(github.requests) <= 3


def test_a_repository_without_a_commit_is_no_failure_of_access(github, client):
    github.repo("octo/shop")
    error = client(github).fail("commits")
    assert error["kind"] == "not_found" and "no commit yet" in one_sentence(error)


def test_a_renamed_repository_is_read_under_its_old_name(github, client):
    small(github)
    github.moved["octo/old"] = "octo/shop"
    assert len(client(github, repository="octo/old").get("commits")["items"]) == 1


def test_both_transports_read_the_same(github, client):
    _, first = small(github)
    answers = [client(github, adapter=adapter).get("commit", ref=first)
               for adapter in ("cpprest", "curl")]
    assert answers[0] == answers[1]
