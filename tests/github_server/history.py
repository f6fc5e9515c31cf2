"""Reading: the account, commits, diffs, contents, trees, branches."""

import base64
from urllib.parse import quote

from . import shapes
from .answer import Answer, Refusal, page

R = r"/repos/(?P<owner>[^/]+)/(?P<repo>[^/]+)"
FILES_A_PAGE, FILES_MOST = 300, 3000


def commit_or_refuse(ask, ref):
    sha = ask.repo.git.resolve(ref)
    if sha is None:
        raise Refusal(422, f"No commit found for SHA: {ref}")
    return sha


def empty(ask):
    """GitHub answers 409 for most questions about a repository without a commit."""
    if not ask.repo.git.text("for-each-ref", "--count=1"):
        raise Refusal(409, "Git Repository is empty.")


def rate_limit(ask):
    limits = ask.github.limits
    core = {"limit": limits.limit, "remaining": max(0, limits.remaining),
            "used": limits.limit - limits.remaining, "reset": int(limits.reset)}
    return {"resources": {"core": core, "search": core, "graphql": core}, "rate": core}


def viewer(ask):
    if ask.token is None:
        raise Refusal(401, "Requires authentication")
    if ask.token.login.endswith("[bot]"):
        raise Refusal(403, "Resource not accessible by integration")
    name = ask.token.login
    return {**shapes.user(ask.api, name), "name": name, "company": None, "blog": None,
            "location": None, "email": None, "hireable": None, "bio": None, "public_repos": 0,
            "public_gists": 0, "followers": 0, "following": 0, "created_at": shapes.stamp(0),
            "updated_at": shapes.stamp(0)}


def repository(ask):
    token = ask.token
    push = token is not None and (token.permissions is None
                                  or token.permissions.get("contents") == "write")
    return shapes.repository(ask.api, ask.repo, push)


def commits(ask):
    empty(ask)
    ref = ask.query.get("sha") or ask.repo.default_branch
    sha = ask.repo.git.resolve(ref)
    if sha is None:
        raise Refusal(404, "Not Found")
    found = ask.repo.git.log(sha, ask.query.get("path"), ask.query.get("since"),
                             ask.query.get("until"))
    shown, links = page(ask, found)
    return Answer([shapes.commit(ask.api, ask.repo, one) for one in shown], 200, links)


def paged_files(ask, files):
    """The files of a diff and the Link header, as GitHub cuts them."""
    ask.query.setdefault("per_page", str(FILES_A_PAGE))
    size = min(FILES_A_PAGE, int(ask.query["per_page"]))
    number = int(ask.query.get("page", 1))
    files = files[:FILES_MOST]
    links = {}
    if number * size < len(files):
        links = {"Link": f'<{ask.api}{ask.path}?per_page={size}&page={number + 1}>; rel="next"'}
    return files[(number - 1) * size:number * size], links


def one_commit(ask, ref):
    empty(ask)
    sha = commit_or_refuse(ask, ref)
    if ask.wants("sha"):
        return Answer(sha, 200, {"Content-Type": "application/vnd.github.sha; charset=utf-8"})
    git = ask.repo.git
    diff = git.diff(git.parent_tree(sha), sha)
    shown, links = paged_files(ask, diff)
    body = shapes.commit(ask.api, ask.repo, sha)
    added, removed = (sum(f[key] for f in diff) for key in ("additions", "deletions"))
    body["stats"] = {"additions": added, "deletions": removed, "total": added + removed}
    body["files"] = [shapes.file(ask.api, ask.repo, file, sha) for file in shown]
    return Answer(body, 200, links)


def compare(ask, basehead):
    base, dots, head = basehead.partition("...")
    git = ask.repo.git
    one, other = git.resolve(base), git.resolve(head)
    if not dots or one is None or other is None:
        raise Refusal(404, "Not Found")
    start = git.merge_base(one, other)
    if start is None:
        raise Refusal(404, "No common ancestor between the two commits.")
    ahead = git.text("rev-list", "--reverse", f"{start}..{other}").split()
    behind = git.text("rev-list", f"{other}..{one}").split()
    status = ("identical" if one == other else "diverged" if ahead and behind
              else "ahead" if ahead else "behind")
    ask.query.setdefault("per_page", "250")
    shown, links = page(ask, ahead)
    files = git.diff(start, other)[:FILES_A_PAGE] if ask.query.get("page", "1") == "1" else []
    url = f"{ask.api}/repos/{ask.repo.full_name}/compare/{basehead}"
    return Answer({
        "url": url, "html_url": url, "permalink_url": url, "diff_url": url, "patch_url": url,
        "base_commit": shapes.commit(ask.api, ask.repo, one),
        "merge_base_commit": shapes.commit(ask.api, ask.repo, start), "status": status,
        "ahead_by": len(ahead), "behind_by": len(behind), "total_commits": len(ahead),
        "commits": [shapes.commit(ask.api, ask.repo, sha) for sha in shown],
        "files": [shapes.file(ask.api, ask.repo, file, other) for file in files]}, 200, links)


def _content(ask, path, entry, ref):
    url = f"{ask.api}/repos/{ask.repo.full_name}/contents/{quote(path)}?ref={quote(ref)}"
    git_url = f"{ask.api}/repos/{ask.repo.full_name}/git/blobs/{entry['sha']}"
    kind = {"blob": "file", "tree": "dir", "commit": "submodule"}[entry["type"]]
    if entry["mode"] == "120000":
        kind = "symlink"
    return {"type": kind, "name": path.rsplit("/", 1)[-1], "path": path, "sha": entry["sha"],
            "size": entry["size"], "url": url, "html_url": url, "git_url": git_url,
            "download_url": url, "_links": {"self": url, "git": git_url, "html": url}}


def contents(ask, path=""):
    path = path.strip("/")
    ref = ask.query.get("ref") or ask.repo.default_branch
    git = ask.repo.git
    sha = git.resolve(ref)
    if sha is None:
        raise Refusal(404, f"No commit found for the ref {ref}")
    entry = git.entry(sha, path) if path else {"type": "tree", "mode": "040000"}
    if entry is None:
        raise Refusal(404, "Not Found")
    if entry["type"] == "tree":
        below = git.tree(f"{sha}:{path}" if path else sha)
        return [_content(ask, f"{path}/{one['path']}".strip("/"), {"size": 0, **one}, ref)
                for one in below]
    body = _content(ask, path, entry, ref)
    if entry["type"] == "commit":
        return {**body, "submodule_git_url": "git://elsewhere"}
    content = git.blob(entry["sha"])
    if ask.wants("raw"):
        return Answer(content, 200, {"Content-Type": "application/vnd.github.raw+json"})
    if body["type"] == "symlink":
        return {**body, "target": content.decode("utf-8", "replace")}
    if len(content) > 1 << 20:
        return {**body, "content": "", "encoding": "none"}
    return {**body, "content": base64.encodebytes(content).decode(), "encoding": "base64"}


def tree(ask, sha):
    empty(ask)
    found = ask.repo.git.resolve(sha, "tree")
    if found is None:
        raise Refusal(404, "Not Found")
    url = f"{ask.api}/repos/{ask.repo.full_name}/git"
    entries = ask.repo.git.tree(found, bool(ask.query.get("recursive")))
    most = getattr(ask.github, "tree_most", 100_000)
    for entry in entries:
        entry["url"] = f"{url}/{entry['type']}s/{entry['sha']}"
    return {"sha": found, "url": f"{url}/trees/{found}", "tree": entries[:most],
            "truncated": len(entries) > most}


def blob(ask, sha):
    try:
        content = ask.repo.git.blob(sha)
    except Exception:  # git says it in many words; GitHub in two
        raise Refusal(404, "Not Found") from None
    url = f"{ask.api}/repos/{ask.repo.full_name}/git/blobs/{sha}"
    return {"sha": sha, "node_id": f"B_{sha}", "size": len(content), "url": url,
            "content": base64.encodebytes(content).decode(), "encoding": "base64"}


def git_commit(ask, sha):
    if ask.repo.git.resolve(sha) != sha:
        raise Refusal(404, "Not Found")
    return shapes.git_commit(ask.api, ask.repo, sha)


def reference(ask, ref):
    empty(ask)
    sha = ask.repo.git.resolve(ref) if ref.startswith(("heads/", "tags/")) else None
    if sha is None:
        raise Refusal(404, "Not Found")
    return shapes.reference(ask.api, ask.repo, f"refs/{ref}", sha)


def branch(ask, branch):
    sha = ask.repo.git.resolve(f"heads/{branch}")
    if sha is None:
        raise Refusal(404, "Branch not found")
    locked = branch in ask.repo.protected
    url = f"{ask.api}/repos/{ask.repo.full_name}/branches/{branch}"
    return {"name": branch, "commit": shapes.commit(ask.api, ask.repo, sha), "protected": locked,
            "_links": {"self": url, "html": url}, "protection": {"enabled": locked},
            "protection_url": f"{url}/protection"}


def installation(ask):
    for app, known in ask.github.apps.items():
        if ask.token and ask.token.app and ask.token.scopes == app:
            return _installation(ask, app, known)
    raise Refusal(404, "Not Found")


def _installation(ask, app, known):
    owner = ask.repo.owner if ask.repo else "octo"
    return {"id": known["installation"], "app_id": int(app) if app.isdigit() else 1,
            "app_slug": "insight", "target_id": 1, "target_type": "Organization",
            "single_file_name": None, "repository_selection": "all", "events": [],
            "account": shapes.user(ask.api, owner, "Organization"),
            "access_tokens_url": f"{ask.api}/app/installations/{known['installation']}/access_tokens",
            "html_url": ask.api, "repositories_url": f"{ask.api}/installation/repositories",
            "permissions": known["permissions"], "created_at": shapes.stamp(0),
            "updated_at": shapes.stamp(0), "suspended_by": None, "suspended_at": None}


def app(ask):
    if not (ask.token and ask.token.app):
        raise Refusal(401, "A JSON web token could not be decoded")
    known = ask.github.apps[ask.token.scopes]
    return {"id": 1, "slug": "insight", "node_id": "A_1", "name": "insight", "description": None,
            "client_id": "Iv1.0", "owner": shapes.user(ask.api, "octo", "Organization"),
            "external_url": ask.api, "html_url": ask.api, "created_at": shapes.stamp(0),
            "updated_at": shapes.stamp(0), "permissions": known["permissions"], "events": [],
            "installations_count": 1}


ROUTES = [
    ("GET", "/rate_limit", rate_limit), ("GET", "/user", viewer), ("GET", "/app", app),
    ("GET", R + "/installation", installation), ("GET", R, repository),
    ("GET", R + "/commits", commits), ("GET", R + "/compare/(?P<basehead>.+)", compare),
    ("GET", R + "/contents/?(?P<path>.*)", contents),
    ("GET", R + "/git/trees/(?P<sha>.+)", tree), ("GET", R + "/git/blobs/(?P<sha>[^/]+)", blob),
    ("GET", R + "/git/commits/(?P<sha>[^/]+)", git_commit),
    ("GET", R + "/git/ref/(?P<ref>.+)", reference),
    ("GET", R + "/branches/(?P<branch>.+)", branch),
    ("GET", R + "/commits/(?P<ref>.+)", one_commit)]
