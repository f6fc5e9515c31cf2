"""A bare repository, through the real git."""

import os
import subprocess
import tempfile

EMPTY_TREE = "4b825dc642cb6eb9a060e54bf8d69288fbee4904"
# What a single file's patch may measure before GitHub leaves it out.
PATCH_BYTES, PATCH_LINES = 500_000, 20_000
_STATUS = {"A": "added", "M": "modified", "D": "removed", "R": "renamed", "C": "copied",
           "T": "changed"}


class GitError(Exception):
    pass


class Git:
    def __init__(self, path):
        self.path = str(path)

    @classmethod
    def create(cls, path, branch="main"):
        os.makedirs(path, exist_ok=True)
        subprocess.run(["git", "init", "-q", "--bare", "-b", branch, str(path)], check=True)
        return cls(path)

    def run(self, *arguments, stdin=b"", env=None):
        """Standard output of a git command as bytes."""
        done = subprocess.run(
            ["git", "-C", self.path, "-c", "core.quotePath=false", *arguments], input=stdin,
            capture_output=True, env={**os.environ, "GIT_CONFIG_GLOBAL": "/dev/null",
                                      "GIT_CONFIG_NOSYSTEM": "1", **(env or {})}, check=False)
        if done.returncode:
            raise GitError(done.stderr.decode("utf-8", "replace").strip())
        return done.stdout

    def text(self, *arguments, **rest):
        return self.run(*arguments, **rest).decode("utf-8", "surrogateescape").strip()

    def resolve(self, ref, kind="commit"):
        """The SHA of a branch, tag, `heads/x` or SHA; None when there is none."""
        if not ref or ref.startswith("-"):
            return None
        for name in (f"refs/heads/{ref}", f"refs/tags/{ref}", f"refs/{ref}", ref):
            try:
                return self.text("rev-parse", "--verify", "-q", "--end-of-options",
                                 f"{name}^{{{kind}}}")
            except GitError:
                continue
        return None

    def commit(self, sha):
        raw = self.run("cat-file", "commit", sha).decode("utf-8", "replace")
        head, _, message = raw.partition("\n\n")
        fields = {"parents": [], "message": message.rstrip("\n"), "sha": sha}
        for line in head.split("\n"):
            key, _, value = line.partition(" ")
            if key == "parent":
                fields["parents"].append(value)
            elif key in ("author", "committer"):
                who, _, rest = value.rpartition("> ")
                name, _, mail = who.partition(" <")
                fields[key] = {"name": name, "email": mail, "time": int(rest.split()[0])}
            elif key == "tree":
                fields["tree"] = value
        return fields

    def diff(self, base, head):
        """Files changed from one tree to another, each with its patch as GitHub would show it."""
        raw = self.run("diff-tree", "-r", "-M", "-z", "--raw", base, head).split(b"\0")
        files, at = [], 0
        while at < len(raw) and raw[at]:
            _, mode, old, new, status = raw[at].decode().lstrip(":").split(" ")
            letter = status[0]
            path = raw[at + 1]
            previous = None
            at += 2
            if letter in "RC":
                previous, path = path, raw[at]
                at += 1
            files.append(self._file(base, head, letter, path, previous,
                                    old if letter == "D" else new))
        return files

    def _file(self, base, head, letter, path, previous, blob):
        names = [name for name in (previous, path) if name]
        numbers = self.run("diff-tree", "-r", "-M", "-z", "--numstat", base, head, "--", *names)
        first = numbers.split(b"\t", 2)
        binary = first[0] == b"-"
        file = {"filename": path.decode("utf-8", "replace"), "status": _STATUS[letter],
                "sha": blob, "additions": 0 if binary else int(first[0] or 0),
                "deletions": 0 if binary else int(first[1] or 0)}
        if previous:
            file["previous_filename"] = previous.decode("utf-8", "replace")
        patch = self.run("diff", "-M", "--full-index", base, head, "--", *names)
        start = patch.find(b"\n@@ ")
        if not binary and start >= 0:
            patch = patch[start + 1:].rstrip(b"\n")
            if len(patch) <= PATCH_BYTES and patch.count(b"\n") <= PATCH_LINES:
                file["patch"] = patch.decode("utf-8", "replace")
        return file

    def parent_tree(self, sha):
        parents = self.commit(sha)["parents"]
        return parents[0] if parents else EMPTY_TREE

    def log(self, start, path=None, since=None, until=None):
        arguments = ["log", "--format=%H", start]
        if since:
            arguments.insert(1, f"--since={since}")
        if until:
            arguments.insert(1, f"--until={until}")
        if path:
            arguments += ["--", f":(literal){path}"]
        return self.text(*arguments).split()

    def tree(self, sha, recursive=False):
        out = []
        flags = ["-r", "-t"] if recursive else []
        for entry in self.run("ls-tree", "-z", "-l", *flags, sha).split(b"\0"):
            if not entry:
                continue
            head, _, path = entry.partition(b"\t")
            mode, kind, blob, size = head.decode().split()
            out.append({"path": path.decode("utf-8", "replace"), "mode": mode, "type": kind,
                        "sha": blob, **({"size": int(size)} if kind == "blob" else {})})
        return out

    def entry(self, commit, path):
        """One entry of a commit's tree by its exact path; None when there is none."""
        found = self.run("ls-tree", "-z", "-l", commit, "--", path).split(b"\0")
        for one in found:
            head, _, name = one.partition(b"\t")
            if name.decode("utf-8", "replace") == path:
                mode, kind, blob, size = head.decode().split()
                return {"mode": mode, "type": kind, "sha": blob,
                        "size": 0 if size == "-" else int(size)}
        return None

    def blob(self, sha):
        return self.run("cat-file", "blob", sha)

    def write_blob(self, content):
        return self.text("hash-object", "-w", "--stdin", stdin=content)

    def write_tree(self, base, entries):
        """`entries`: [(mode, sha or None to delete, path)] upon the tree `base` (or none)."""
        index = {"GIT_INDEX_FILE": os.path.join(self.path, f"index-{os.urandom(6).hex()}")}
        try:
            if base:
                self.run("read-tree", base, env=index)
            lines = b""
            for mode, sha, path in entries:
                mode, sha = (mode, sha) if sha else ("0", "0" * 40)
                lines += f"{mode} {sha}\t".encode() + path.encode("utf-8", "surrogateescape")
                lines += b"\0"
            self.run("update-index", "-z", "--add", "--index-info", stdin=lines, env=index)
            return self.text("write-tree", env=index)
        finally:
            if os.path.exists(index["GIT_INDEX_FILE"]):
                os.unlink(index["GIT_INDEX_FILE"])

    def write_commit(self, tree, parents, message, author=None, time=None):
        author = author or ("insight[bot]", "insight@users.noreply.invalid")
        when = {} if time is None else {"GIT_AUTHOR_DATE": f"{int(time)} +0000",
                                        "GIT_COMMITTER_DATE": f"{int(time)} +0000"}
        arguments = ["commit-tree", tree]
        for parent in parents:
            arguments += ["-p", parent]
        return self.text(*arguments, stdin=message.encode("utf-8", "surrogateescape"), env={
            "GIT_AUTHOR_NAME": author[0], "GIT_AUTHOR_EMAIL": author[1],
            "GIT_COMMITTER_NAME": author[0], "GIT_COMMITTER_EMAIL": author[1], **when})

    def merge_base(self, one, other):
        try:
            return self.text("merge-base", one, other).split("\n")[0]
        except GitError:
            return None

    def merge_conflicts(self, base, head):
        """Would merging `head` into `base` conflict? By a real merge in a scratch work tree."""
        with tempfile.TemporaryDirectory() as folder:
            work = os.path.join(folder, "work")
            self.run("worktree", "add", "-q", "--detach", work, base)
            try:
                done = subprocess.run(
                    ["git", "-C", work, "-c", "user.name=t", "-c", "user.email=t@t", "merge", "-q",
                     "--no-edit", head], capture_output=True, check=False)
                return done.returncode != 0
            finally:
                self.run("worktree", "remove", "--force", work)

    def blame(self, commit, path):
        """[(first line, last line, sha, path then, first line then)]"""
        out = self.run("blame", "--porcelain", commit, "--", path).decode("utf-8", "replace")
        ranges, names = [], {}
        for line in out.split("\n"):
            parts = line.split(" ")
            if len(parts) in (3, 4) and len(parts[0]) == 40 and not line.startswith("\t"):
                sha, then, now = parts[0], int(parts[1]), int(parts[2])
                if ranges and ranges[-1][2] == sha and ranges[-1][1] == now - 1:
                    ranges[-1][1] = now
                else:
                    ranges.append([now, now, sha, path, then])
            elif line.startswith("filename ") and ranges:
                names[ranges[-1][2]] = line[9:]
        return [(a, b, sha, names.get(sha, p), then) for a, b, sha, p, then in ranges]
