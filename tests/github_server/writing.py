"""Writing: blobs, trees, commits and refs of the Git data API, and tokens of Apps."""

import base64
import binascii
import secrets
import time

from . import shapes
from .access import Token
from .answer import Answer, Refusal
from .git import GitError
from .history import R, empty

MODES = ("100644", "100755", "040000", "160000", "120000")


def access_token(ask, installation):
    if not (ask.token and ask.token.app):
        raise Refusal(401, "A JSON web token could not be decoded")
    known = ask.github.apps[ask.token.scopes]
    if str(known["installation"]) != installation:
        raise Refusal(404, "Not Found")
    known["issued"] += 1
    value = "ghs_" + secrets.token_hex(18)
    expires = time.time() + known["lives"]
    ask.github.tokens[value] = Token("insight[bot]", dict(known["permissions"]), expires=expires)
    return Answer({"token": value, "expires_at": shapes.stamp(expires),
                   "permissions": known["permissions"], "repository_selection": "all"}, 201)


def create_blob(ask):
    body = ask.json()
    content = body.get("content")
    if not isinstance(content, str):
        raise Refusal(422, "Invalid request.\n\n\"content\" wasn't supplied.")
    try:
        raw = (base64.b64decode(content, validate=True) if body.get("encoding") == "base64"
               else content.encode("utf-8", "surrogatepass"))
    except (binascii.Error, UnicodeEncodeError):
        raise Refusal(422, "content is not valid Base64") from None
    sha = ask.repo.git.write_blob(raw)
    return Answer({"sha": sha, "url": f"{ask.api}/repos/{ask.repo.full_name}/git/blobs/{sha}"}, 201)


def _entry(ask, one):
    path, mode = one.get("path"), one.get("mode")
    if not path or mode not in MODES:
        raise Refusal(422, "Must supply a valid tree.mode")
    parts = path.split("/")
    if any(part in ("", ".", "..") or part.lower() == ".git" for part in parts):
        raise Refusal(422, "tree.path contains a malformed path component")
    if "content" in one:
        return mode, ask.repo.git.write_blob(one["content"].encode("utf-8", "surrogatepass")), path
    sha = one.get("sha", False)
    if sha is False:
        raise Refusal(422, "Must supply either tree.sha or tree.content, but not both.")
    if sha is not None:
        try:
            ask.repo.git.text("cat-file", "-t", sha)
        except GitError:
            raise Refusal(422, f"tree.sha {sha} is not a valid blob") from None
    return mode, sha, path


def create_tree(ask):
    body = ask.json()
    if not isinstance(body.get("tree"), list) or not body["tree"]:
        raise Refusal(422, "Invalid tree info")
    git = ask.repo.git
    base = body.get("base_tree")
    if base and git.resolve(base, "tree") is None:
        raise Refusal(422, "base_tree is not a valid tree oid")
    entries = [_entry(ask, one) for one in body["tree"]]
    if base:
        known = {one["path"] for one in git.tree(git.resolve(base, "tree"), True)}
        for _, sha, path in entries:
            if sha is None and path not in known:
                raise Refusal(422, "GitRPC::BadObjectState")
    try:
        sha = git.write_tree(git.resolve(base, "tree") if base else None, entries)
    except GitError as error:
        raise Refusal(422, str(error)) from None
    url = f"{ask.api}/repos/{ask.repo.full_name}/git"
    listed = git.tree(sha)
    for one in listed:
        one["url"] = f"{url}/{one['type']}s/{one['sha']}"
    return Answer({"sha": sha, "url": f"{url}/trees/{sha}", "tree": listed, "truncated": False},
                  201)


def create_commit(ask):
    body = ask.json()
    git = ask.repo.git
    if not isinstance(body.get("message"), str) or git.resolve(body.get("tree"), "tree") is None:
        raise Refusal(422, "Tree SHA does not exist")
    parents = body.get("parents", [])
    if any(git.resolve(parent) != parent for parent in parents):
        raise Refusal(422, "Parent SHA does not exist or is not a commit object")
    author = body.get("author") or {}
    who = (author.get("name", ask.login), author.get("email", f"{ask.login}@users.noreply.invalid"))
    sha = git.write_commit(body["tree"], parents, body["message"], who, ask.github.clock())
    return Answer(shapes.git_commit(ask.api, ask.repo, sha), 201)


def _sound(ask, name):
    try:
        ask.repo.git.text("check-ref-format", f"refs/{name}")
    except GitError:
        raise Refusal(422, f"refs/{name} is not a valid ref name") from None


def create_ref(ask):
    body = ask.json()
    ref, sha = body.get("ref", ""), body.get("sha", "")
    if not ref.startswith("refs/") or ref.count("/") < 2:
        raise Refusal(422, "Reference name must start with 'refs/' and have at least two slashes.")
    empty(ask)
    _sound(ask, ref[5:])
    if ask.repo.git.resolve(sha) != sha:
        raise Refusal(422, "Object does not exist")
    if ask.repo.git.resolve(ref[5:]):
        raise Refusal(422, "Reference already exists")
    try:
        ask.repo.git.run("update-ref", ref, sha)
    except GitError:  # refs/heads/a exists and refs/heads/a/b is wanted
        raise Refusal(422, "Reference update failed") from None
    return Answer(shapes.reference(ask.api, ask.repo, ref, sha), 201)


def _movable(ask, ref):
    if ref.removeprefix("heads/") in ask.repo.protected:
        raise Refusal(422, "Cannot update this protected ref.")
    old = ask.repo.git.resolve(ref)
    if old is None:
        raise Refusal(422, "Reference does not exist")
    return old


def update_ref(ask, ref):
    body = ask.json()
    sha = body.get("sha", "")
    old = _movable(ask, ref)
    if ask.repo.git.resolve(sha) != sha:
        raise Refusal(422, "Object does not exist")
    if not body.get("force") and ask.repo.git.merge_base(old, sha) != old:
        raise Refusal(422, "Update is not a fast forward")
    ask.repo.git.run("update-ref", f"refs/{ref}", sha)
    return shapes.reference(ask.api, ask.repo, f"refs/{ref}", sha)


def delete_ref(ask, ref):
    _movable(ask, ref)
    name = ref.removeprefix("heads/")
    for pull in list(ask.repo.pulls.values()):
        if pull["head"] == name and ask.repo.issues[pull["number"]]["state"] == "open":
            ask.repo.close(pull["number"])  # as GitHub does
    ask.repo.git.run("update-ref", "-d", f"refs/{ref}")
    return Answer(None, 204)


ROUTES = [
    ("POST", "/app/installations/(?P<installation>[^/]+)/access_tokens", access_token),
    ("POST", R + "/git/blobs", create_blob), ("POST", R + "/git/trees", create_tree),
    ("POST", R + "/git/commits", create_commit), ("POST", R + "/git/refs", create_ref),
    ("PATCH", R + "/git/refs/(?P<ref>.+)", update_ref),
    ("DELETE", R + "/git/refs/(?P<ref>.+)", delete_ref)]
