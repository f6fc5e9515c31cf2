"""Pull requests, issues, comments, labels, checks, releases and deployments."""

from . import shapes
from .answer import Answer, Refusal, page
from .history import R, commit_or_refuse, paged_files


def _listed(ask, items, shape):
    shown, links = page(ask, items)
    return Answer([shape(ask.api, ask.repo, one) for one in shown], 200, links)


def _pull(ask, number):
    if int(number) not in ask.repo.pulls:
        raise Refusal(404, "Not Found")
    return ask.repo.pulls[int(number)]


def _issue(ask, number):
    if int(number) not in ask.repo.issues:
        raise Refusal(404, "Not Found")
    return ask.repo.issues[int(number)]


# --- pull requests ---------------------------------------------------------------------------------

def pulls(ask):
    state, base = ask.query.get("state", "open"), ask.query.get("base")
    owner, _, head = ask.query.get("head", "").rpartition(":")
    found = []
    for one in sorted(ask.repo.pulls.values(), key=lambda p: -p["number"]):
        if state != "all" and ask.repo.issues[one["number"]]["state"] != state:
            continue
        if base and one["base"] != base or owner and owner != ask.repo.owner:
            continue
        # GitHub ignores a head that does not say whose it is.
        if owner and head and one["head"] != head:
            continue
        found.append(one)
    return _listed(ask, found, shapes.pull)


def pulls_with(ask, ref):
    sha = commit_or_refuse(ask, ref)
    git, found = ask.repo.git, []
    for one in ask.repo.pulls.values():
        head, base = ask.repo.pull_ends(one)
        start = git.merge_base(head, base) or base
        if sha == one.get("merge_sha") or sha in git.text("rev-list", f"{start}..{head}").split():
            found.append(one)
    return _listed(ask, found, shapes.pull)


def pull(ask, number):
    return shapes.pull(ask.api, ask.repo, _pull(ask, number), True)


def pull_files(ask, number):
    head, base = ask.repo.pull_ends(_pull(ask, number))
    ask.query.setdefault("per_page", "30")
    diff = ask.repo.git.diff(ask.repo.git.merge_base(head, base) or base, head)
    shown, links = paged_files(ask, diff)
    return Answer([shapes.file(ask.api, ask.repo, one, head) for one in shown], 200, links)


def pull_commits(ask, number):
    head, base = ask.repo.pull_ends(_pull(ask, number))
    return _listed(ask, ask.repo.git.text("rev-list", "--reverse", f"{base}..{head}").split(),
                   shapes.commit)


def _unprocessable(resource, message=None, field=None, code="custom"):
    error = {"resource": resource, "code": code}
    if message:
        error["message"] = message
    if field:
        error["field"] = field
    return Refusal(422, "Validation Failed", errors=[error])


def create_pull(ask):
    body, repo = ask.json(), ask.repo
    head, base = str(body.get("head", "")).rpartition(":")[2], str(body.get("base", ""))
    one, other = repo.git.resolve(f"heads/{head}"), repo.git.resolve(f"heads/{base}")
    for field, found in (("head", one), ("base", other)):
        if found is None:
            raise _unprocessable("PullRequest", field=field, code="invalid")
    if not body.get("title"):
        raise _unprocessable("PullRequest", field="title", code="missing_field")
    for known in repo.pulls.values():
        if (known["head"], known["base"]) == (head, base) \
                and repo.issues[known["number"]]["state"] == "open":
            raise _unprocessable(
                "PullRequest", f"A pull request already exists for {repo.owner}:{head}.")
    if repo.git.merge_base(one, other) == one:
        raise _unprocessable("PullRequest", f"No commits between {base} and {head}")
    made = repo.open_pull(body["title"], head, base, body.get("body") or "", ask.login,
                          bool(body.get("draft")))
    return Answer(shapes.pull(ask.api, repo, made, True), 201)


def update_pull(ask, number):
    one, body = _pull(ask, number), ask.json()
    if body.get("state") == "open" and one.get("merged"):
        raise _unprocessable("PullRequest", "state cannot be changed. The pull request is merged.",
                             "state", "invalid")
    if "base" in body:
        if ask.repo.git.resolve(f"heads/{body['base']}") is None:
            raise _unprocessable("PullRequest", field="base", code="invalid")
        one["base"] = body["base"]
    _change(ask, _issue(ask, number), body)
    return shapes.pull(ask.api, ask.repo, one, True)


def create_review(ask, number):
    one, body = _pull(ask, number), ask.json()
    head, base = ask.repo.pull_ends(one)
    changed = {f["filename"] for f in ask.repo.git.diff(
        ask.repo.git.merge_base(head, base) or base, head)}
    if body.get("commit_id") not in (None, head):
        raise Refusal(422, "Unprocessable Entity", errors=["Commit is not part of the pull request"])
    for remark in body.get("comments", []):
        if remark.get("path") not in changed:
            raise Refusal(422, "Unprocessable Entity", errors=["Path could not be resolved"])
        if not isinstance(remark.get("line"), int):
            raise Refusal(422, "Unprocessable Entity", errors=["Line could not be resolved"])
    review = {**body, "id": ask.repo.next_id(), "user": ask.login, "head": head}
    one["reviews"].append(review)
    url = f"{ask.api}/repos/{ask.repo.full_name}/pulls/{number}"
    return {"id": review["id"], "node_id": f"PRR_{review['id']}", "body": body.get("body", ""),
            "user": shapes.user(ask.api, ask.login), "state": "COMMENTED", "html_url": url,
            "pull_request_url": url, "commit_id": head, "author_association": "NONE",
            "submitted_at": shapes.stamp(ask.github.clock()),
            "_links": {"html": {"href": url}, "pull_request": {"href": url}}}


# --- issues, comments, labels ----------------------------------------------------------------------

def issues(ask):
    wanted = [one for one in ask.repo.issues.values()
              if ask.query.get("state", "open") in ("all", one["state"])
              and set(filter(None, ask.query.get("labels", "").split(","))) <= set(one["labels"])
              and ("since" not in ask.query
                   or one["updated"] >= shapes.seconds_of(ask.query["since"]))]
    key = {"updated": "updated"}.get(ask.query.get("sort"), "number")
    return _listed(ask, sorted(wanted, key=lambda one: -one[key]), shapes.issue)


def issue(ask, number):
    return shapes.issue(ask.api, ask.repo, _issue(ask, number))


def _change(ask, one, body):
    for key in ("title", "body", "labels", "assignees"):
        if key in body:
            one[key] = body[key]
    if body.get("state") == "closed" and one["state"] == "open":
        ask.repo.close(one["number"], body.get("state_reason", "completed"))
    elif body.get("state") == "open" and one["state"] == "closed":
        one.update(state="open", state_reason="reopened", closed=None)
    one["updated"] = ask.github.clock()


def create_issue(ask):
    body = ask.json()
    if not body.get("title"):
        raise _unprocessable("Issue", field="title", code="missing_field")
    one = ask.repo.add_issue(body["title"], body.get("body") or "", ask.login,
                             body.get("labels", ()), body.get("assignees", ()))
    return Answer(shapes.issue(ask.api, ask.repo, one), 201)


def update_issue(ask, number):
    one = _issue(ask, number)
    _change(ask, one, ask.json())
    return shapes.issue(ask.api, ask.repo, one)


def comments(ask, number):
    _issue(ask, number)
    found = [one for one in ask.repo.comments.values() if one["number"] == int(number)]
    return _listed(ask, found, shapes.comment)


def _text(ask):
    body = ask.json().get("body")
    if not isinstance(body, str) or not body:
        raise Refusal(422, "Invalid request.\n\n\"body\" wasn't supplied.")
    if len(body) > 65536:
        raise _unprocessable("IssueComment", "body is too long (maximum is 65536 characters)",
                             "body", "custom")
    return body


def create_comment(ask, number):
    _issue(ask, number)
    return Answer(shapes.comment(ask.api, ask.repo,
                                 ask.repo.add_comment(int(number), _text(ask), ask.login)), 201)


def update_comment(ask, id):
    one = ask.repo.comments.get(int(id))
    if one is None:
        raise Refusal(404, "Not Found")
    if one["user"] != ask.login:
        raise Refusal(403, "Must have admin rights to Repository.")
    one.update(body=_text(ask), updated=ask.github.clock())
    return shapes.comment(ask.api, ask.repo, one)


def _labels(ask, names):
    return [shapes.label(ask.api, ask.repo, name) for name in names]


def add_labels(ask, number):
    one = _issue(ask, number)
    for name in ask.json().get("labels", []):
        ask.repo.labels.setdefault(name, {})
        if name not in one["labels"]:
            one["labels"].append(name)
    return _labels(ask, one["labels"])


def remove_label(ask, number, name):
    one = _issue(ask, number)
    if name not in one["labels"]:
        raise Refusal(404, "Label does not exist")
    one["labels"].remove(name)
    return _labels(ask, one["labels"])


def create_label(ask):
    body = ask.json()
    if body["name"] in ask.repo.labels:
        raise _unprocessable("Label", field="name", code="already_exists")
    ask.repo.labels[body["name"]] = body
    return Answer(shapes.label(ask.api, ask.repo, body["name"]), 201)


# --- checks, releases, deployments -----------------------------------------------------------------

def check_runs(ask, ref):
    sha = commit_or_refuse(ask, ref)
    shown, links = page(ask, [one for one in ask.repo.checks if one["head_sha"] == sha])
    total = sum(one["head_sha"] == sha for one in ask.repo.checks)
    return Answer({"total_count": total, "check_runs": [
        shapes.check_run(ask.api, ask.repo, one) for one in shown]}, 200, links)


def create_check(ask):
    if not ask.login.endswith("[bot]"):
        raise Refusal(403, "You must authenticate via a GitHub App.")
    body, now = ask.json(), ask.github.clock()
    commit_or_refuse(ask, body["head_sha"])
    one = {**body, "id": ask.repo.next_id(), "started": now,
           "status": body.get("status", "completed" if "conclusion" in body else "queued"),
           "completed": now if "conclusion" in body else None}
    ask.repo.checks.append(one)
    return Answer(shapes.check_run(ask.api, ask.repo, one), 201)


def combined_status(ask, ref):
    sha = commit_or_refuse(ask, ref)
    url = f"{ask.api}/repos/{ask.repo.full_name}/commits/{sha}"
    found = [one for one in ask.repo.statuses if one["sha"] == sha]
    states = {one["state"] for one in found}
    state = ("failure" if states & {"failure", "error"} else
             "success" if states == {"success"} else "pending")
    return {"state": state, "sha": sha, "total_count": len(found), "commit_url": url,
            "url": f"{url}/status", "repository": shapes.repository(ask.api, ask.repo),
            "statuses": [{"id": index, "node_id": f"S_{index}", "context": one["context"],
                          "state": one["state"], "description": one.get("description"),
                          "target_url": None, "url": f"{url}/statuses", "avatar_url": None,
                          "created_at": shapes.stamp(one["time"]),
                          "updated_at": shapes.stamp(one["time"])}
                         for index, one in enumerate(found)]}


def releases(ask):
    return _listed(ask, sorted(ask.repo.releases, key=lambda one: -one["time"]), shapes.release)


def deployments(ask):
    return _listed(ask, sorted(ask.repo.deployments, key=lambda one: (-one["created"], -one["id"])),
                   shapes.deployment)


def deployment_statuses(ask, id):
    for one in ask.repo.deployments:
        if one["id"] == int(id):
            shown, links = page(ask, list(enumerate(one["statuses"]))[::-1])
            return Answer([shapes.deployment_status(ask.api, ask.repo, one, index, status)
                           for index, status in shown], 200, links)
    raise Refusal(404, "Not Found")


N = r"(?P<number>\d+)"
ROUTES = [
    ("GET", R + "/pulls", pulls), ("POST", R + "/pulls", create_pull),
    ("GET", f"{R}/pulls/{N}", pull), ("PATCH", f"{R}/pulls/{N}", update_pull),
    ("GET", f"{R}/pulls/{N}/files", pull_files), ("GET", f"{R}/pulls/{N}/commits", pull_commits),
    ("POST", f"{R}/pulls/{N}/reviews", create_review),
    ("GET", R + "/commits/(?P<ref>.+)/pulls", pulls_with),
    ("GET", R + "/issues", issues), ("POST", R + "/issues", create_issue),
    ("GET", f"{R}/issues/{N}", issue), ("PATCH", f"{R}/issues/{N}", update_issue),
    ("GET", f"{R}/issues/{N}/comments", comments),
    ("POST", f"{R}/issues/{N}/comments", create_comment),
    ("PATCH", R + r"/issues/comments/(?P<id>\d+)", update_comment),
    ("POST", f"{R}/issues/{N}/labels", add_labels),
    ("DELETE", f"{R}/issues/{N}/labels/(?P<name>[^/]+)", remove_label),
    ("POST", R + "/labels", create_label),
    ("GET", R + "/commits/(?P<ref>.+)/check-runs", check_runs),
    ("GET", R + "/commits/(?P<ref>.+)/status", combined_status),
    ("POST", R + "/check-runs", create_check), ("GET", R + "/releases", releases),
    ("GET", R + "/deployments", deployments),
    ("GET", R + r"/deployments/(?P<id>\d+)/statuses", deployment_statuses)]
