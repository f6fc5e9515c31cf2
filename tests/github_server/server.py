"""The HTTP side: access, conditional requests, rate limits, faults and a log of every request."""

import hashlib
import http.server
import json
import os
import re
import socket
import tempfile
import threading
import time
from urllib.parse import parse_qsl, unquote, urlsplit

from lab.site import Site

from . import access, collaboration, graphql, history, writing
from .access import Fault, Faults, Limits, Token
from .answer import Answer, Refusal
from .state import Repo

ROUTES = [(method, re.compile(pattern), handler)
          for routes in (collaboration.ROUTES, writing.ROUTES, history.ROUTES)
          for method, pattern, handler in routes]


class GithubServer:
    """A server on a free loopback port. `url` is what `github.url` is configured with."""

    def __init__(self, root=None, port=0, token="test-token", clock=time.time):
        self._own = tempfile.TemporaryDirectory(prefix="github-") if root is None else None
        self.root = str(root or self._own.name)
        self.repos, self.apps, self.requests = {}, {}, []
        self.tokens = {token: Token()} if token else {}
        self.limits, self.faults, self.clock = Limits(), Faults(), clock
        self.graphql = True  # False: as an Enterprise server that has it switched off
        self.moved = {}  # old full name → new one
        self.lock = threading.RLock()
        server = self

        class Handler(_Handler):
            github = server

        self._http = Site(("127.0.0.1", port), Handler)
        self.port = self._http.server_address[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self.api = f"{self.url}/api/v3"
        self._thread = threading.Thread(target=self._http.serve_forever, args=(0.05,), daemon=True)
        self._thread.start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()

    def stop(self):
        self._http.shutdown()
        self._http.server_close()
        if self._own:
            self._own.cleanup()

    def repo(self, full_name, **rest):
        """Makes an empty repository."""
        folder = os.path.join(self.root, full_name.replace("/", "__") + ".git")
        one = Repo(full_name, folder, len(self.repos) + 1, clock=self.clock, **rest)
        self.repos[full_name.lower()] = one
        return one

    def app(self, app_id, public_key_pem, permissions, installation=77, lives=3600):
        """A GitHub App with one installation that sees every repository."""
        self.apps[str(app_id)] = {"public_key": public_key_pem, "permissions": permissions,
                                  "installation": installation, "lives": lives, "issued": 0}

    def fault(self, match, **rest):
        return self.faults.add(Fault(match, **rest))

    def log(self):
        """["METHOD /path?query status", …] since the start."""
        with self.lock:
            return [f"{r['method']} {r['target']} {r['status']}" for r in self.requests]

    def find(self, owner, name):
        full = f"{owner}/{name}".lower()
        return self.repos.get(self.moved.get(full, full))


class Ask:
    """One request as the routes see it."""

    def __init__(self, github, method, path, query, headers, body, token):
        self.github, self.method, self.path, self.token = github, method, path, token
        self.query, self.headers = query, headers
        self.api = github.api
        self.repo = None
        self._body = body

    def json(self):
        try:
            value = json.loads(self._body or b"{}")
        except ValueError:
            raise Refusal(400, "Problems parsing JSON") from None
        if not isinstance(value, dict):
            raise Refusal(400, "Body should be a JSON object")
        return value

    def wants(self, kind):
        return f".{kind}" in self.headers.get("accept", "")

    @property
    def login(self):
        return self.token.login if self.token else "ghost"


class _Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    github = None

    def log_message(self, *_):
        pass

    def _serve(self):
        length = int(self.headers.get("content-length") or 0)
        body = self.rfile.read(length)
        parts = urlsplit(self.path)
        graph = parts.path in ("/api/graphql", "/graphql")
        path = "/graphql" if graph else re.sub(r"^/api/v3", "", parts.path)
        record = {"method": self.command, "target": path + (f"?{parts.query}" if parts.query
                                                            else ""),
                  "headers": {k.lower(): v for k, v in self.headers.items()},
                  "body": body.decode("utf-8", "replace"), "status": 0, "time": time.time()}
        with self.github.lock:
            self.github.requests.append(record)
        fault = self.github.faults.strike(f"{self.command} {path}")
        if fault and self._before(fault, record):
            return
        answer = self._answer(path, dict(parse_qsl(parts.query, keep_blank_values=True)), body,
                              record["headers"])
        record["status"], record["answer"] = answer.status, answer.value
        if fault and fault.kind == "lost":
            self._hang_up()
            return
        self._send(answer, fault is not None and fault.kind == "cut")

    do_GET = do_POST = do_PATCH = do_PUT = do_DELETE = do_HEAD = _serve

    def _before(self, fault, record):
        """Faults that strike before anything is done. True: the request is over."""
        if fault.kind == "drop":
            self._hang_up()
        elif fault.kind == "hang":
            time.sleep(fault.seconds)
            self._hang_up()
        elif fault.kind == "answer":
            record["status"] = fault.status
            answer = Answer(fault.body, fault.status, dict(fault.headers))
            self._send(answer)
        else:
            return False
        return True

    def _hang_up(self):
        self.close_connection = True
        try:
            self.connection.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass

    def _answer(self, path, query, body, headers):
        github = self.github
        with github.lock:
            try:
                token = self._token(headers, path)
                # A conditional request that is answered by 304 costs nothing.
                if path not in ("/rate_limit",) and not github.limits.take():
                    login = token.login if token else "127.0.0.1"
                    raise Refusal(403, f"API rate limit exceeded for user {login}.")
                ask = Ask(github, self.command, path, query, headers, body, token)
                answer = self._route(ask, path)
            except Refusal as refusal:
                answer = refusal.answer()
            answer.headers.update(github.limits.headers())
            if answer.status == 200 and self.command == "GET":
                tag = 'W/"' + hashlib.sha256(answer.bytes()).hexdigest() + '"'
                answer.headers["ETag"] = tag
                if headers.get("if-none-match") == tag:
                    github.limits.remaining += 1
                    return Answer(None, 304, {**answer.headers, "content-length": "0"})
            return answer

    def _token(self, headers, path):
        """The token of the request; None for a JSON Web Token of an App (see routes) or nobody."""
        given = headers.get("authorization", "")
        kind, _, value = given.partition(" ")
        if not value:
            return None
        if value.count(".") == 2:
            app, why = access.app_of(value, self.github.apps)
            if why:
                raise Refusal(401, why)
            return Token(login=f"app-{app}", permissions={}, app=True, scopes=app)
        token = self.github.tokens.get(value)
        if token is None or token.revoked or kind.lower() not in ("bearer", "token") or (
                token.expires and token.expires < time.time()):
            raise Refusal(401, "Bad credentials")
        return token

    def _route(self, ask, path):
        if path == "/graphql":
            if not self.github.graphql:
                raise Refusal(404, "Not Found")
            if ask.token is None:
                raise Refusal(401, "Requires authentication")
            return Answer(graphql.answer(ask))
        by_id = re.match(r"/repositories/(\d+)(?=/|$)", path)
        for repo in self.github.repos.values():  # where redirects and Link headers lead
            if by_id and repo.id == int(by_id[1]):
                path = ask.path = f"/repos/{repo.full_name}" + path[by_id.end():]
        for method, pattern, handler in ROUTES:
            match = pattern.fullmatch(path)
            if method != ask.method or not match:
                continue
            named = {key: unquote(value) for key, value in match.groupdict().items() if value}
            if "owner" in named:
                self._enter(ask, path, named)
            answer = handler(ask, **named)
            answer = answer if isinstance(answer, Answer) else Answer(answer)
            if ask.token and ask.token.permissions is None:
                answer.headers["X-OAuth-Scopes"] = ask.token.scopes
            return answer
        raise Refusal(404, "Not Found")

    def _enter(self, ask, path, named):
        """Finds the repository; says "not found" where the token may not see it, as GitHub does."""
        owner, name = named.pop("owner"), named.pop("repo")
        old = f"{owner}/{name}".lower()
        if old in self.github.moved and ask.method == "GET":
            new = self.github.repos[self.github.moved[old]]
            where = f"{ask.api}/repositories/{new.id}" + path.split(name, 1)[1]
            raise Refusal(301, "Moved Permanently", {"Location": where})
        repo = self.github.find(owner, name)
        if repo is None or (repo.private and ask.token is None) or (
                ask.token and ask.token.repositories
                and repo.full_name not in ask.token.repositories):
            raise Refusal(404, "Not Found")
        if ask.token is None and ask.method != "GET":
            raise Refusal(401, "Requires authentication")
        if ask.token and ask.token.app and not path.endswith("/installation"):
            raise Refusal(401, "A JSON web token could not be decoded")
        missing = access.allows(ask.token, ask.method, path) if ask.token and not ask.token.app \
            else None
        if missing:
            kind = "integration" if ask.token.login.endswith("[bot]") else "personal access token"
            raise Refusal(403, f"Resource not accessible by {kind}",
                          {"x-accepted-github-permissions": missing})
        if repo.archived and ask.method != "GET":
            raise Refusal(403, "Repository was archived so is read-only.")
        ask.repo = repo

    def _send(self, answer, cut=False):
        body = answer.bytes()
        self.send_response(answer.status)
        headers = {"Content-Type": "application/json; charset=utf-8", "Server": "github.com",
                   "X-GitHub-Media-Type": "github.v3; format=json", **answer.headers}
        headers.pop("content-length", None)
        for name, value in headers.items():
            self.send_header(name, value)
        if answer.status not in (204, 304):
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if answer.status in (204, 304):
            return
        self.wfile.write(body[:len(body) // 2] if cut else body)
        if cut:
            self.wfile.flush()
            self._hang_up()
