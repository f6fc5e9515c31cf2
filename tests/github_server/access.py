"""Who asks, what they may do, and how often: tokens, GitHub Apps, rate limits, faults."""

import base64
import dataclasses
import json
import re
import subprocess
import tempfile
import threading
import time


@dataclasses.dataclass
class Token:
    login: str = "insight-bot"
    # of a fine-grained token or an App: {"contents": "write", …}; None: a classic token
    permissions: dict = None
    scopes: str = "repo"  # of a classic token
    repositories: tuple = ()  # full names it may see; empty: all
    expires: float = None
    revoked: bool = False
    app: bool = False


@dataclasses.dataclass
class Fault:
    """Strikes requests whose "METHOD /path" matches, `times` times, after letting `after` by.

    kind: "answer" (status, headers, body), "drop" (hang up before acting), "lost" (act, then hang
    up: the answer never arrives), "hang" (no answer for `seconds`), "cut" (act, send half)."""
    match: str
    kind: str = "answer"
    status: int = 500
    headers: dict = dataclasses.field(default_factory=dict)
    body: object = ""
    times: int = 1
    after: int = 0
    seconds: float = 30


class Limits:
    """The primary rate limit of one hour and when it starts anew."""

    def __init__(self, limit=5000):
        self.limit = self.remaining = limit
        self.reset = time.time() + 3600
        self._lock = threading.Lock()

    def set(self, remaining, reset_in):
        with self._lock:
            self.remaining, self.reset = remaining, time.time() + reset_in

    def take(self):
        """One request; False when none is left."""
        with self._lock:
            if time.time() >= self.reset:
                self.remaining, self.reset = self.limit, time.time() + 3600
            if self.remaining <= 0:
                return False
            self.remaining -= 1
            return True

    def headers(self):
        return {"x-ratelimit-limit": str(self.limit), "x-ratelimit-reset": str(int(self.reset) + 1),
                "x-ratelimit-remaining": str(max(0, self.remaining)),
                "x-ratelimit-used": str(self.limit - max(0, self.remaining)),
                "x-ratelimit-resource": "core"}


class Faults:
    def __init__(self):
        self._all = []
        self._lock = threading.Lock()

    def add(self, fault):
        with self._lock:
            self._all.append(fault)
        return fault

    def clear(self):
        with self._lock:
            self._all.clear()

    def strike(self, line):
        """The fault for this "METHOD /path", if any; counts it."""
        with self._lock:
            for fault in self._all:
                if fault.times > 0 and re.search(fault.match, line):
                    if fault.after > 0:
                        fault.after -= 1
                        continue
                    fault.times -= 1
                    return fault
        return None


def _segment(text):
    return json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))


def app_of(jwt, apps):
    """(App id, why not) of an RS256 JSON Web Token, checked as GitHub does."""
    try:
        head, claims, signature = jwt.split(".")
        header, body = _segment(head), _segment(claims)
        signature = base64.urlsafe_b64decode(signature + "=" * (-len(signature) % 4))
    except (ValueError, TypeError):
        return None, "A JSON web token could not be decoded"
    app = str(body.get("iss"))
    if header.get("alg") != "RS256" or app not in apps:
        return None, "A JSON web token could not be decoded"
    now = time.time()
    if not isinstance(body.get("iat"), int) or body["iat"] > now + 5:
        return None, "'Issued at' claim ('iat') must be an Integer representing the time that the assertion was issued"
    if not isinstance(body.get("exp"), int) or body["exp"] < now:
        return None, "'Expiration time' claim ('exp') must be a numeric value representing the future time at which the assertion expires"
    if body["exp"] > now + 600:
        return None, "'Expiration time' claim ('exp') is too far in the future"
    with tempfile.NamedTemporaryFile() as key, tempfile.NamedTemporaryFile() as sign:
        key.write(apps[app]["public_key"])
        key.flush()
        sign.write(signature)
        sign.flush()
        done = subprocess.run(["openssl", "dgst", "-sha256", "-verify", key.name, "-signature",
                               sign.name], input=f"{head}.{claims}".encode(), capture_output=True,
                              check=False)
    return (app, None) if done.returncode == 0 else (
        None, "A JSON web token could not be decoded")


# Which permission a request needs: (method pattern, path pattern, permission, access).
NEEDS = [(re.compile(method), re.compile(path), permission, access)
         for method, path, permission, access in (
             ("GET", r"/repos/[^/]+/[^/]+$", "metadata", "read"),
             ("GET", r"/(commits/.+/check-runs)", "checks", "read"),
             ("GET", r"/(commits/.+/status)", "statuses", "read"),
             ("GET", r"/commits/[^/]+/pulls", "pull_requests", "read"),
             ("GET", r"/(commits|compare|contents|git|branches|releases)", "contents", "read"),
             ("POST|PATCH|PUT|DELETE", r"/(contents|git)/", "contents", "write"),
             ("GET", r"/pulls", "pull_requests", "read"),
             ("POST|PATCH|PUT", r"/pulls", "pull_requests", "write"),
             ("GET", r"/(issues|labels)", "issues", "read"),
             ("POST|PATCH|PUT|DELETE", r"/(issues|labels)", "issues", "write"),
             ("POST", r"/check-runs", "checks", "write"),
             ("GET", r"/deployments", "deployments", "read"))]


def needed(method, path):
    rest = re.sub(r"^/repos/[^/]+/[^/]+(?=/)", "", path)
    for methods, pattern, permission, access in NEEDS:
        if methods.fullmatch(method) and pattern.search(rest if rest.startswith("/") else path):
            return permission, access
    return None, None


def allows(token, method, path):
    """None when the token may, else the value of x-accepted-github-permissions."""
    permission, access = needed(method, path)
    if permission is None or token.permissions is None:
        return None
    has = token.permissions.get(permission)
    # Comments and labels of pull requests go with either permission, as at GitHub.
    if permission == "issues" and not has:
        has = token.permissions.get("pull_requests")
    if has == "write" or (has == "read" and access == "read"):
        return None
    return f"{permission}={access}"
