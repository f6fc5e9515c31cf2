"""Exchanges that GitHub's own libraries recorded at github.com, played back to the client."""


def test_a_list_of_five_pages_is_read_to_its_end(recordings, client):
    recordings.load("paginate-issues")
    shop = client(url=recordings.url, repository="octokit-fixture-org/paginate-issues")
    issues = shop.get("issues", closedToo=True)
    assert [one["number"] for one in issues["items"]] == list(range(13, 0, -1))
    assert not issues["truncated"] and recordings.left() == [] and recordings.surprises == []


def test_a_page_that_is_missing_leaves_a_truncated_list(recordings, client):
    recordings.load("paginate-issues")
    shop = client(url=recordings.url, repository="octokit-fixture-org/paginate-issues")
    recordings.drop_last(2)
    issues = shop.get("issues", closedToo=True, timeout=4)
    assert len(issues["items"]) == 9 and issues["truncated"]
    assert "the list goes on" in issues["note"]
    recordings.surprises.clear()


def test_a_refused_value_is_named(recordings, client):
    recordings.load("errors")
    shop = client(url=recordings.url, repository="octokit-fixture-org/errors")
    error = shop.fail("ensure_label", name="foo")
    assert error["kind"] == "invalid" and "color invalid" in error["cause"], error


def test_refs_are_made_moved_and_deleted(recordings, client):
    recordings.load("git-refs")
    name = "octokit-fixture-org/git-refs"
    shop = client(url=recordings.url, repository=name)
    one, two = (f"{'0' * 39}{number}" for number in (1, 2))
    listed = shop.get("raw", method="GET", path=f"/repos/{name}/git/refs/")
    assert [ref["ref"] for ref in listed["json"]] == ["refs/heads/main"]
    made = shop.get("raw", method="POST", path=f"/repos/{name}/git/refs",
                    body={"ref": "refs/heads/test", "sha": two})
    assert made["status"] == 201 and made["json"]["ref"] == "refs/heads/test"
    moved = shop.get("raw", method="PATCH", path=f"/repos/{name}/git/refs/heads/test",
                     body={"sha": one})
    assert moved["status"] == 200
    shop.get("raw", method="GET", path=f"/repos/{name}/git/refs/")
    shop.get("delete_branch", name="test")
    assert recordings.left() == [] and recordings.surprises == []


def test_a_renamed_repository_is_found_for_reading_and_told_for_writing(recordings, client):
    recordings.load("rename-repository")
    name = "octokit-fixture-org/rename-repository"
    shop = client(url=recordings.url, repository=name)
    shop.get("raw", method="PATCH", path=f"/repos/{name}",
             body={"name": "rename-repository-newname"})
    assert shop.get("about")["defaultBranch"] == "main"
    error = shop.fail("raw", method="PATCH", path=f"/repos/{name}", body={"name": "x"})
    assert error["kind"] == "not_found" and "new name" in error["message"], error


def test_a_folder_is_no_file(recordings, client):
    recordings.load("get-content")
    shop = client(url=recordings.url, repository="octokit-fixture-org/hello-world")
    listed = shop.get("raw", method="GET", path="/repos/octokit-fixture-org/hello-world/contents/")
    assert listed["json"][0]["name"] == "README.md"
    # The recorded answer is the raw text, which is no JSON: what a proxy's page would be, too.
    error = shop.fail("contents", path="README.md")
    assert error["kind"] == "corrupt" and "instead of JSON" in error["message"], error


def test_what_is_not_there_is_said_so(recordings, client):
    recordings.load("branch-protection")
    name = "octokit-fixture-org/branch-protection"
    shop = client(url=recordings.url, repository=name)
    error = shop.fail("raw", method="GET", path=f"/repos/{name}/branches/main/protection")
    assert error["kind"] == "not_found" and error["cause"] == "Branch not protected"


def test_an_issue_and_its_labels_are_written(recordings, client):
    recordings.load("add-labels-to-issue")
    shop = client(url=recordings.url, repository="octokit-fixture-org/add-labels-to-issue",
                  writeGap=0)
    issue = shop.get("create_issue", title="Issue without a label")
    assert issue["number"] == 1 and issue["open"]
    shop.get("add_labels", number=1, labels=["Foo", "bAr", "baZ"])
    assert recordings.surprises == []


def test_a_repository_is_read_and_no_limit_is_seen(recordings, client):
    recordings.load("get-repository")
    shop = client(url=recordings.url, repository="octokit-fixture-org/hello-world")
    about = shop.get("about")
    assert about["defaultBranch"] == "master" and not about["archived"]
    assert shop.get("blocked_until") == 0
