"""JSON objects as GitHub's description of its API wants them."""

import datetime
from urllib.parse import quote


def stamp(seconds):
    if seconds is None:
        return None
    return datetime.datetime.fromtimestamp(int(seconds), datetime.timezone.utc).strftime(
        "%Y-%m-%dT%H:%M:%SZ")


def seconds_of(text):
    return datetime.datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp()


_USER_LINKS = ("followers", "following", "gists", "starred", "subscriptions", "organizations",
               "repos", "events", "received_events")


def user(api, login, kind="User"):
    quoted = quote(login)  # "insight[bot]"
    url = f"{api}/users/{quoted}"
    out = {"login": login, "id": sum(login.encode()) + 1000, "node_id": f"U_{login}",
           "avatar_url": f"{api}/avatars/{quoted}", "gravatar_id": "", "url": url,
           "html_url": f"{api}/{quoted}", "type": kind, "site_admin": False}
    for link in _USER_LINKS:
        out[f"{link}_url"] = f"{url}/{link}"
    return out


_REPOSITORY_LINKS = (
    "archive", "assignees", "blobs", "branches", "collaborators", "comments", "commits", "compare",
    "contents", "contributors", "deployments", "downloads", "events", "forks", "git_commits",
    "git_refs", "git_tags", "hooks", "issue_comment", "issue_events", "issues", "keys", "labels",
    "languages", "merges", "milestones", "notifications", "pulls", "releases", "stargazers",
    "statuses", "subscribers", "subscription", "tags", "teams", "trees")


def repository(api, repo, may_push=True):
    url = f"{api}/repos/{repo.full_name}"
    made = stamp(repo.created)
    out = {
        "id": repo.id, "node_id": f"R_{repo.id}", "name": repo.name, "full_name": repo.full_name,
        "owner": user(api, repo.owner, "Organization"), "private": repo.private,
        "html_url": f"{api}/{repo.full_name}", "description": None, "fork": False, "url": url,
        "clone_url": f"file://{repo.git.path}", "git_url": f"git://{repo.full_name}",
        "ssh_url": f"git@{repo.full_name}", "svn_url": url, "mirror_url": None, "homepage": None,
        "language": None, "forks": 0, "forks_count": 0, "stargazers_count": 0, "watchers": 0,
        "watchers_count": 0, "size": 1, "default_branch": repo.default_branch,
        "open_issues": 0, "open_issues_count": 0, "topics": [], "has_issues": True,
        "has_projects": False, "has_wiki": False, "has_pages": False, "has_discussions": False,
        "has_downloads": False, "archived": repo.archived, "disabled": False,
        "visibility": "private" if repo.private else "public", "pushed_at": made,
        "created_at": made, "updated_at": made, "license": None, "network_count": 0,
        "subscribers_count": 0,
        "permissions": {"admin": False, "maintain": False, "push": may_push, "triage": may_push,
                        "pull": True}}
    for link in _REPOSITORY_LINKS:
        out[f"{link}_url"] = f"{url}/{link}"
    return out


def _person(who):
    return {"name": who["name"], "email": who["email"], "date": stamp(who["time"])}


def _unsigned():
    return {"verified": False, "reason": "unsigned", "signature": None, "payload": None,
            "verified_at": None}


def commit(api, repo, sha):
    raw = repo.git.commit(sha)
    url = f"{api}/repos/{repo.full_name}"

    def account(who):  # GitHub knows people by their e-mail address
        login = repo.logins.get(who["email"])
        return user(api, login) if login else None

    return {
        "sha": sha, "node_id": f"C_{sha}", "url": f"{url}/commits/{sha}",
        "html_url": f"{api}/{repo.full_name}/commit/{sha}",
        "comments_url": f"{url}/commits/{sha}/comments",
        "commit": {"author": _person(raw["author"]), "committer": _person(raw["committer"]),
                   "message": raw["message"], "comment_count": 0,
                   "tree": {"sha": raw["tree"], "url": f"{url}/git/trees/{raw['tree']}"},
                   "url": f"{url}/git/commits/{sha}", "verification": _unsigned()},
        "author": account(raw["author"]), "committer": account(raw["committer"]),
        "parents": [{"sha": parent, "url": f"{url}/commits/{parent}",
                     "html_url": f"{api}/{repo.full_name}/commit/{parent}"}
                    for parent in raw["parents"]]}


def git_commit(api, repo, sha):
    raw = repo.git.commit(sha)
    url = f"{api}/repos/{repo.full_name}/git"
    return {"sha": sha, "node_id": f"C_{sha}", "url": f"{url}/commits/{sha}",
            "html_url": f"{api}/{repo.full_name}/commit/{sha}",
            "author": _person(raw["author"]), "committer": _person(raw["committer"]),
            "tree": {"sha": raw["tree"], "url": f"{url}/trees/{raw['tree']}"},
            "message": raw["message"], "verification": _unsigned(),
            "parents": [{"sha": parent, "url": f"{url}/commits/{parent}",
                         "html_url": f"{api}/{repo.full_name}/commit/{parent}"}
                        for parent in raw["parents"]]}


def file(api, repo, diff, ref):
    url = f"{api}/repos/{repo.full_name}/contents/{quote(diff['filename'])}?ref={ref}"
    return {**diff, "changes": diff["additions"] + diff["deletions"],
            "blob_url": f"{api}/{repo.full_name}/blob/{ref}/{quote(diff['filename'])}",
            "raw_url": f"{api}/{repo.full_name}/raw/{ref}/{quote(diff['filename'])}",
            "contents_url": url}


def reference(api, repo, ref, sha):
    url = f"{api}/repos/{repo.full_name}/git"
    return {"ref": ref, "node_id": f"REF_{ref}", "url": f"{url}/{ref}",
            "object": {"sha": sha, "type": "commit", "url": f"{url}/commits/{sha}"}}


def label(api, repo, name):
    known = repo.labels.get(name, {})
    return {"id": sum(name.encode()), "node_id": f"L_{name}", "name": name, "default": False,
            "url": f"{api}/repos/{repo.full_name}/labels/{quote(name)}",
            "color": known.get("color", "ededed"), "description": known.get("description")}


def issue(api, repo, one):
    url = f"{api}/repos/{repo.full_name}/issues/{one['number']}"
    people = [user(api, login) for login in one["assignees"]]
    out = {"id": one["id"], "node_id": f"I_{one['id']}", "url": url, "number": one["number"],
           "repository_url": f"{api}/repos/{repo.full_name}", "labels_url": f"{url}/labels",
           "comments_url": f"{url}/comments", "events_url": f"{url}/events",
           "html_url": f"{api}/{repo.full_name}/issues/{one['number']}", "title": one["title"],
           "body": one["body"], "user": user(api, one["user"]), "state": one["state"],
           "state_reason": one.get("state_reason"), "locked": False, "milestone": None,
           "labels": [label(api, repo, name) for name in one["labels"]],
           "assignee": people[0] if people else None, "assignees": people,
           "comments": sum(c["number"] == one["number"] for c in repo.comments.values()),
           "created_at": stamp(one["created"]), "updated_at": stamp(one["updated"]),
           "closed_at": stamp(one.get("closed")), "author_association": "NONE"}
    if one["number"] in repo.pulls:
        pull = f"{api}/repos/{repo.full_name}/pulls/{one['number']}"
        out["pull_request"] = {"url": pull, "html_url": pull, "diff_url": pull, "patch_url": pull}
    return out


def comment(api, repo, one):
    url = f"{api}/repos/{repo.full_name}/issues"
    return {"id": one["id"], "node_id": f"IC_{one['id']}", "url": f"{url}/comments/{one['id']}",
            "html_url": f"{api}/{repo.full_name}/issues/{one['number']}#comment-{one['id']}",
            "issue_url": f"{url}/{one['number']}", "body": one["body"],
            "user": user(api, one["user"]), "created_at": stamp(one["created"]),
            "updated_at": stamp(one["updated"]), "author_association": "NONE",
            "performed_via_github_app": None}


def pull(api, repo, one, whole=False):
    url = f"{api}/repos/{repo.full_name}/pulls/{one['number']}"
    issues = f"{api}/repos/{repo.full_name}/issues/{one['number']}"
    twin = repo.issues[one["number"]]

    def end(branch, sha):
        return {"label": f"{repo.owner}:{branch}", "ref": branch, "sha": sha,
                "user": user(api, repo.owner, "Organization"), "repo": repository(api, repo)}

    head, base = repo.pull_ends(one)
    links = {"self": url, "html": url, "issue": issues, "comments": f"{issues}/comments",
             "review_comments": f"{url}/comments", "review_comment": f"{url}/comments{{/number}}",
             "commits": f"{url}/commits", "statuses": f"{url}/statuses"}
    out = {"id": one["id"], "node_id": f"PR_{one['id']}", "url": url, "number": one["number"],
           "html_url": f"{api}/{repo.full_name}/pull/{one['number']}", "diff_url": f"{url}.diff",
           "patch_url": f"{url}.patch", "issue_url": issues, "commits_url": f"{url}/commits",
           "review_comments_url": f"{url}/comments",
           "review_comment_url": f"{url}/comments{{/number}}",
           "comments_url": f"{issues}/comments", "statuses_url": f"{url}/statuses",
           "state": twin["state"], "locked": False, "title": twin["title"], "body": twin["body"],
           "user": user(api, twin["user"]), "draft": one["draft"], "milestone": None,
           "labels": [label(api, repo, name) for name in twin["labels"]],
           "assignee": None, "assignees": [], "requested_reviewers": [], "requested_teams": [],
           "created_at": stamp(twin["created"]), "updated_at": stamp(twin["updated"]),
           "closed_at": stamp(twin.get("closed")), "merged_at": stamp(one.get("merged")),
           "merge_commit_sha": one.get("merge_sha"), "head": end(one["head"], head),
           "base": end(one["base"], base), "author_association": "NONE", "auto_merge": None,
           "active_lock_reason": None,
           "_links": {name: {"href": href} for name, href in links.items()}}
    if whole:
        start = repo.git.merge_base(base, head) or base
        files = repo.git.diff(start, head)
        mergeable = not one.get("merged") and not repo.git.merge_conflicts(base, head)
        out.update({
            "merged": bool(one.get("merged")), "merged_by": None, "rebaseable": mergeable,
            "mergeable": mergeable, "mergeable_state": "clean" if mergeable else "dirty",
            "maintainer_can_modify": False, "review_comments": len(one["reviews"]),
            "comments": sum(c["number"] == one["number"] for c in repo.comments.values()),
            "commits": len(repo.git.text("rev-list", f"{start}..{head}").split()),
            "additions": sum(f["additions"] for f in files),
            "deletions": sum(f["deletions"] for f in files), "changed_files": len(files)})
    return out


def check_run(api, repo, one):
    url = f"{api}/repos/{repo.full_name}/check-runs/{one['id']}"
    output = {"title": None, "summary": None, "text": None, "annotations_count": 0,
              "annotations_url": f"{url}/annotations", **(one.get("output") or {})}
    return {"id": one["id"], "node_id": f"CR_{one['id']}", "head_sha": one["head_sha"],
            "name": one["name"], "url": url, "html_url": url,
            "details_url": one.get("details_url") or url, "status": one["status"],
            "conclusion": one.get("conclusion"), "started_at": stamp(one["started"]),
            "completed_at": stamp(one.get("completed")), "external_id": "", "check_suite": None,
            "output": output, "app": None, "pull_requests": []}


def deployment(api, repo, one):
    url = f"{api}/repos/{repo.full_name}/deployments/{one['id']}"
    return {"id": one["id"], "node_id": f"DE_{one['id']}", "url": url, "sha": one["sha"],
            "ref": one["ref"], "task": one.get("task", "deploy"), "payload": {},
            "original_environment": one["environment"], "environment": one["environment"],
            "description": one.get("description"), "creator": user(api, one["creator"]),
            "created_at": stamp(one["created"]), "updated_at": stamp(one["created"]),
            "statuses_url": f"{url}/statuses",
            "repository_url": f"{api}/repos/{repo.full_name}"}


def deployment_status(api, repo, of, index, one):
    base = f"{api}/repos/{repo.full_name}/deployments/{of['id']}"
    return {"id": of["id"] * 100 + index, "node_id": f"DS_{of['id']}_{index}",
            "url": f"{base}/statuses/{index}", "state": one["state"],
            "creator": user(api, of["creator"]), "description": one.get("description", ""),
            "environment": of["environment"], "target_url": base, "deployment_url": base,
            "repository_url": f"{api}/repos/{repo.full_name}", "environment_url": base,
            "log_url": base, "created_at": stamp(one["time"]), "updated_at": stamp(one["time"])}


def release(api, repo, one):
    url = f"{api}/repos/{repo.full_name}/releases/{one['id']}"
    return {"id": one["id"], "node_id": f"RE_{one['id']}", "url": url, "html_url": url,
            "assets_url": f"{url}/assets", "upload_url": f"{url}/assets", "tarball_url": url,
            "zipball_url": url, "tag_name": one["tag"], "target_commitish": one["target"],
            "name": one["name"], "body": one.get("body", ""), "draft": one.get("draft", False),
            "prerelease": one.get("prerelease", False), "created_at": stamp(one["time"]),
            "published_at": stamp(one["time"]), "author": user(api, one["author"]), "assets": []}
