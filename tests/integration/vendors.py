"""Slack, Jira, GitHub Issues, PagerDuty, Opsgenie, Teams and any webhook, as far as the product
uses them: a small HTTP server that keeps what it was told and has moods."""

import collections
import http.server
import json
import threading
import time
import urllib.parse

from lab.site import Site

Call = collections.namedtuple("Call", "method path headers body")


class Vendors:
    """`mood(part, …)` makes the next calls whose path holds `part` go wrong, in order: a status
    with headers, "cut" (the connection ends without an answer), "lost" (it is done, and the
    connection ends without an answer)."""

    TOKEN = "vendor-token-0123456789"

    def __init__(self):
        self.calls = []
        self.messages = {}  # Slack's, by ts
        self.replies = []   # in threads: (ts, text)
        self.issues = {}    # Jira's, by key
        self.github = {}    # GitHub's, by number
        self.token = self.TOKEN
        self._moods = collections.defaultdict(list)
        self._lock = threading.RLock()
        vendors = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *_):
                pass

            def _serve(self):
                size = int(self.headers.get("Content-Length", 0))
                text = self.rfile.read(size).decode()
                vendors._serve(self, text)

            do_GET = do_POST = do_PUT = do_PATCH = do_OPTIONS = _serve

        self._server = Site(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def close(self):
        self._server.shutdown()
        self._server.server_close()

    def mood(self, part, *moods):
        with self._lock:
            self._moods[part].extend(moods)

    def called(self, part, method=None):
        with self._lock:
            return [call for call in self.calls
                    if part in call.path and (method is None or call.method == method)]

    # --- one call -----------------------------------------------------------------------------

    def _serve(self, handler, text):
        try:
            body = json.loads(text) if text else None
        except ValueError:
            body = dict(urllib.parse.parse_qsl(text)) if "=" in text and "{" not in text else text
        path = urllib.parse.unquote(handler.path)
        with self._lock:
            self.calls.append(Call(handler.command, path, dict(handler.headers), body))
            mood = None
            for part, moods in self._moods.items():
                if part in path and moods:
                    mood = moods.pop(0)
                    break
            if mood == "cut":
                status, headers, answer = None, {}, None
            elif isinstance(mood, tuple):
                status, headers, answer = (*mood, {})[:2] + ({"error": "in a mood"},)
            else:
                status, answer = self._answer(handler.command, path, handler.headers, body)
                headers = {}
                if mood == "lost":
                    status = None
        if status is None:
            handler.close_connection = True
            handler.connection.close()
            return
        data = b"" if answer is None else (
            answer.encode() if isinstance(answer, str) else json.dumps(answer).encode())
        handler.send_response(status)
        for name, value in headers.items():
            handler.send_header(name, value)
        handler.send_header("Content-Type", "application/json")
        handler.send_header("Content-Length", str(len(data)))
        handler.end_headers()
        handler.wfile.write(data)

    def _answer(self, method, path, headers, body):
        if path.startswith("/slack/"):
            return self._slack(path, headers, body)
        if path.startswith("/jira/"):
            return self._jira(method, path[len("/jira"):], headers, body)
        if path.startswith("/github/"):
            return self._github(method, path[len("/github"):], headers, body)
        if path.startswith(("/v2/enqueue", "/v2/alerts")):
            return 202, {"status": "success"}
        return 200, {}

    def _slack(self, path, headers, body):
        if headers.get("Authorization") != f"Bearer {self.token}":
            return 200, {"ok": False, "error": "invalid_auth"}
        if path.endswith("/auth.test"):
            return 200, {"ok": True, "user": "insight", "team": "Acme"}
        if path.endswith("/chat.postMessage"):
            ts = f"{time.time():.6f}"
            if "thread_ts" in body:
                self.replies.append((body["thread_ts"], body["text"]))
            else:
                self.messages[ts] = body
            return 200, {"ok": True, "channel": "C024BE91L", "ts": ts}
        if path.endswith("/chat.update"):
            if body["ts"] not in self.messages:
                return 200, {"ok": False, "error": "message_not_found"}
            self.messages[body["ts"]].update(body)
            return 200, {"ok": True, "channel": "C024BE91L", "ts": body["ts"]}
        if path.endswith("/conversations.history"):
            return 200, {"ok": True, "messages": [
                {"ts": ts, "metadata": message.get("metadata", {})}
                for ts, message in self.messages.items()]}
        return 200, {"ok": False, "error": "unknown_method"}

    def _jira(self, method, path, headers, body):
        if not headers.get("Authorization", "").startswith("Basic "):
            return 401, {"errorMessages": ["Client must be authenticated"]}
        if path.startswith("/rest/api/3/search/jql"):
            wanted = path.split('labels = "')[1].split('"')[0]
            found = [{"key": key} for key, issue in self.issues.items()
                     if wanted in issue["fields"]["labels"]]
            return 200, {"issues": found}
        if path == "/rest/api/3/issue":
            key = f"OPS-{len(self.issues) + 1}"
            self.issues[key] = {"fields": body["fields"], "comments": [], "status": "To Do",
                                "said": [], "assignee": None, "updated": 1}
            return 201, {"id": "1", "key": key}
        if path == "/rest/api/3/myself":
            return 200, {"displayName": "Insight Bot"}
        if path == "/rest/api/3/project/OPS":
            return 200, {"name": "Operations", "issueTypes": [{"name": "Task"}]}
        if path == "/rest/api/3/project/OPS/statuses":
            return 200, [{"statuses": [{"name": one} for one in ("To Do", "In Progress", "Done")]}]
        if path.startswith("/rest/api/3/mypermissions"):
            wanted = path.split("permissions=")[1].split(",")
            return 200, {"permissions": {one: {"havePermission": True} for one in wanted}}
        if path.startswith("/rest/api/3/project/"):
            return 404, {"errorMessages": ["No project could be found"]}
        issue = self.issues.get(path.split("/")[5].split("?")[0])
        if issue is None:
            return 404, {"errorMessages": ["Issue does not exist"]}
        if method != "GET":
            issue["updated"] += 1
        if path.endswith("/comment"):
            issue["comments"].append(body["body"])
            issue["said"].append({"id": str(100 + len(issue["said"])), "body": body["body"],
                                  "author": {"displayName": "Insight Bot"}})
            return 201, {"id": "1"}
        if "/comment?" in path:
            return 200, {"comments": issue["said"][::-1]}
        if path.endswith("/transitions"):
            steps = {"11": "In Progress", "31": "Done"}
            if method == "POST":
                issue["status"] = steps[body["transition"]["id"]]
                return 204, None
            return 200, {"transitions": [{"id": id_, "to": {"name": name}}
                                         for id_, name in steps.items()]}
        if method == "PUT":
            issue["fields"].update(body["fields"])
            return 204, None
        return 200, {"fields": {"status": {"name": issue["status"]},
                                "assignee": issue["assignee"],
                                "updated": f"2026-11-21T00:00:{issue['updated']:02}"}}

    def _github(self, method, path, headers, body):
        if headers.get("Authorization") != f"Bearer {self.token}":
            return 401, {"message": "Bad credentials"}
        if path == "/rate_limit":
            return 200, {}
        if path == "/repos/acme/shop":
            return 200, {"has_issues": True, "permissions": {"push": True}}
        if path.startswith("/repos/acme/shop/issues?"):
            return 200, list(self.github.values())
        if path == "/repos/acme/shop/issues":
            number = len(self.github) + 1
            self.github[number] = {"number": number, "state": "open", "comments": [],
                                   "said": [], "html_url": f"https://github.example/{number}", **body}
            return 201, self.github[number]
        issue = self.github[int(path.split("/")[5])]
        if path.endswith("/comments"):
            issue["comments"].append(body["body"])
            issue["said"].append({"id": 100 + len(issue["said"]), "body": body["body"],
                                  "user": {"login": "insight"}})
            return 201, {"id": 1}
        if "/comments?" in path:
            return 200, issue["said"]
        if method == "GET":
            return 200, {**issue, "comments": len(issue["said"])}
        issue.update(body)
        return 200, issue

    # --- what people do ------------------------------------------------------------------------

    def jira_person(self, key, status=None, assignee=None, says=None):
        with self._lock:
            issue = self.issues[key]
            issue["updated"] += 1
            issue["status"] = status or issue["status"]
            if assignee:
                issue["assignee"] = {"displayName": assignee}
            if says:
                issue["said"].append({
                    "id": str(100 + len(issue["said"])), "author": {"displayName": "Ada"},
                    "body": {"type": "doc", "content": [
                        {"type": "paragraph", "content": [{"type": "text", "text": says}]}]}})

    def github_person(self, number, state=None, assignee=None, says=None):
        with self._lock:
            issue = self.github[number]
            if state:
                issue.update(state=state, state_reason="completed")
            if assignee:
                issue["assignee"] = {"login": assignee}
            if says:
                issue["said"].append({"id": 100 + len(issue["said"]), "body": says,
                                      "user": {"login": "ada"}})
