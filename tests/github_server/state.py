"""What a repository on the server is beyond git: pull requests, issues, comments, deployments."""

import itertools
import time

from .git import Git


class Repo:
    """`full_name` over a bare git repository. Tests set the scene with the methods below."""

    def __init__(self, full_name, path, number, private=False, branch="main", clock=time.time):
        self.full_name = full_name
        self.owner, self.name = full_name.split("/")
        self.git = Git.create(path, branch)
        self.id, self.private, self.archived, self.default_branch = number, private, False, branch
        self.created = clock()
        self.clock = clock
        self.protected = set()
        self.logins = {}  # e-mail → login
        self.issues, self.pulls, self.comments, self.labels = {}, {}, {}, {}
        self.checks, self.statuses, self.deployments, self.releases = [], [], [], []
        self._ids = itertools.count(1000)
        self._numbers = itertools.count(1)

    def next_id(self):
        return next(self._ids)

    # --- setting the scene -----------------------------------------------------------------------

    def commit(self, files, message, branch=None, author=("Ada", "ada@example.org"), time=None,
               parents=None):
        """Writes files ({path: text, bytes, (mode, text) or None to delete}); gives the SHA."""
        branch = branch or self.default_branch
        tip = self.git.resolve(f"heads/{branch}") or (
            None if parents is None else parents[0])
        entries = []
        for path, content in files.items():
            mode = "100644"
            if isinstance(content, tuple):
                mode, content = content
            if isinstance(content, str):
                content = content.encode()
            entries.append((mode, None if content is None else self.git.write_blob(content), path))
        tree = self.git.write_tree(tip and f"{tip}^{{tree}}", entries)
        sha = self.git.write_commit(tree, parents or ([tip] if tip else []), message, author, time)
        self.git.run("update-ref", f"refs/heads/{branch}", sha)
        return sha

    def branch(self, name, at):
        self.git.run("update-ref", f"refs/heads/{name}", at)

    def tag(self, name, at):
        self.git.run("update-ref", f"refs/tags/{name}", at)

    def content(self, path, ref=None):
        """The bytes of a file, None when it is not there."""
        commit = self.git.resolve(ref or self.default_branch)
        entry = commit and self.git.entry(commit, path)
        return self.git.blob(entry["sha"]) if entry else None

    def deploy(self, sha, environment="production", state="success", time=None, creator="deployer",
               description="", ref=None):
        when = self.clock() if time is None else time
        one = {"id": self.next_id(), "sha": sha, "ref": ref or self.default_branch,
               "environment": environment, "creator": creator, "created": when,
               "description": description,
               "statuses": [{"state": state, "time": when}] if state else []}
        self.deployments.append(one)
        return one

    def release(self, tag, at, time=None, author="releaser", name="", prerelease=False):
        self.tag(tag, at)
        self.releases.append({"id": self.next_id(), "tag": tag, "target": at, "author": author,
                              "name": name or tag, "prerelease": prerelease,
                              "time": self.clock() if time is None else time})

    def add_issue(self, title, body="", user="ada", labels=(), assignees=()):
        number, now = next(self._numbers), self.clock()
        self.issues[number] = {
            "id": self.next_id(), "number": number, "title": title, "body": body, "user": user,
            "state": "open", "labels": list(labels), "assignees": list(assignees), "created": now,
            "updated": now}
        return self.issues[number]

    def open_pull(self, title, head, base=None, body="", user="ada", draft=False):
        issue = self.add_issue(title, body, user)
        self.pulls[issue["number"]] = {
            "id": self.next_id(), "number": issue["number"], "head": head, "draft": draft,
            "base": base or self.default_branch, "reviews": [],
            "head_sha": self.git.resolve(f"heads/{head}")}
        return self.pulls[issue["number"]]

    def add_comment(self, number, body, user="ada"):
        now = self.clock()
        one = {"id": self.next_id(), "number": number, "body": body, "user": user, "created": now,
               "updated": now}
        self.comments[one["id"]] = one
        return one

    def close(self, number, reason="completed"):
        issue = self.issues[number]
        issue.update(state="closed", state_reason=reason, closed=self.clock(),
                     updated=self.clock())
        if number in self.pulls:
            self.pulls[number]["head_sha"], self.pulls[number]["base_sha"] = self.pull_ends(
                self.pulls[number])

    def merge(self, number, time=None):
        """Merges a pull request by a merge commit; gives its SHA."""
        pull = self.pulls[number]
        head, base = self.pull_ends(pull)
        tree = self.git.text("merge-tree", "--write-tree", base, head).split("\n")[0]
        sha = self.git.write_commit(tree, [base, head], f"Merge pull request #{number}", time=time)
        self.git.run("update-ref", f"refs/heads/{pull['base']}", sha)
        pull.update(head_sha=head, base_sha=base, merged=time or self.clock(), merge_sha=sha)
        self.issues[number].update(state="closed", closed=time or self.clock(),
                                   updated=self.clock())
        return sha

    # --- questions -------------------------------------------------------------------------------

    def pull_ends(self, pull):
        """(head SHA, base SHA): of the branches while it is open, as they were afterwards."""
        if self.issues[pull["number"]]["state"] == "closed" and pull.get("base_sha"):
            return pull["head_sha"], pull["base_sha"]
        head = self.git.resolve(f"heads/{pull['head']}") or pull["head_sha"]
        pull["head_sha"] = head
        return head, self.git.resolve(f"heads/{pull['base']}")
