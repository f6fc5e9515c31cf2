"""The product under test: configuration file, process, HTTP API and command line."""

import http.client
import json
import os
import secrets
import signal
import subprocess
import time
import urllib.error
import urllib.request

from .ports import free_port
from .process import LabError, Process, http_ok

REPOSITORY = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
BINARY = os.path.join(REPOSITORY, "build", "release", "devops-insight")


class Service:
    """`collectors` is the block of that name in the configuration; values named in `secret_files`
    are written to files of their own."""

    def __init__(self, folder, binary=BINARY):
        self.folder = folder
        self.binary = os.path.abspath(binary)
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.webhook_url = self.url + "/api/v1/alerts/alertmanager"
        self.webhook_secret = secrets.token_hex(16)
        self.configuration = os.path.join(folder, "config.yaml")
        self.process = None
        os.makedirs(folder, mode=0o700)

    def secret_file(self, name, value):
        """Writes the value to a file of its own and returns how the configuration refers to it."""
        path = os.path.join(self.folder, name)
        with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w",
                  encoding="utf-8") as file:
            file.write(value)
        return {"file": path}

    def configure(self, collectors, pipeline, **blocks):
        """`blocks` are further blocks of the file: tickets, notifications, …"""
        configuration = {
            "server": {"listen": f"127.0.0.1:{self.port}",
                       "webhookSecret": self.secret_file("webhook-secret", self.webhook_secret)},
            "store": f"sqlite://{os.path.join(self.folder, 'insight.db')}",
            "pipeline": pipeline,
            "collectors": collectors, **blocks}
        with open(self.configuration, "w", encoding="utf-8") as file:
            json.dump(configuration, file, indent=1)  # JSON is YAML

    def launch(self):
        if not os.access(self.binary, os.X_OK):
            raise LabError(f"{self.binary} does not exist: build it first with script/demo")
        self.process = Process("devops-insight",
                               [self.binary, "serve", "--config", self.configuration],
                               os.path.join(self.folder, "service.log"))

    def ready(self):
        return http_ok(self.url + "/readyz")

    def start(self, cancel=None):
        self.launch()
        self.process.wait_until(self.ready, 15, cancel)

    def kill(self):
        """As if the machine had lost power: no signal handler runs."""
        self.process.kill()

    def stop(self):
        if self.process is not None:
            self.process.stop()

    # --- HTTP ---------------------------------------------------------------------------------

    def get(self, path):
        """The `data` of an answer."""
        with urllib.request.urlopen(self.url + path, timeout=10) as answer:
            return json.load(answer)["data"]

    def download(self, path, target):
        with urllib.request.urlopen(self.url + path, timeout=60) as answer, \
                open(target, "wb") as file:
            file.write(answer.read())

    def post_webhook(self, body, secret=None):
        """Delivers as Alertmanager does; returns (status, headers, text)."""
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        request = urllib.request.Request(
            self.webhook_url, data,
            {"Content-Type": "application/json",
             "Authorization": f"Bearer {self.webhook_secret if secret is None else secret}"})
        try:
            with urllib.request.urlopen(request, timeout=15) as answer:
                return answer.status, dict(answer.headers), answer.read().decode()
        except urllib.error.HTTPError as refusal:
            return refusal.code, dict(refusal.headers), refusal.read().decode()

    def post_often(self, body, times):
        """The same delivery again and again over one connection; the statuses."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        statuses = []
        for _ in range(times):
            connection.request("POST", "/api/v1/alerts/alertmanager", json.dumps(body),
                               {"Content-Type": "application/json",
                                "Authorization": f"Bearer {self.webhook_secret}"})
            answer = connection.getresponse()
            answer.read()
            statuses.append(answer.status)
        connection.close()
        return statuses

    def metric(self, name):
        """The value of an unlabelled metric of the service's own."""
        with urllib.request.urlopen(self.url + "/metrics", timeout=10) as answer:
            for line in answer.read().decode().splitlines():
                if line.startswith(name + " "):
                    return float(line.rsplit(" ", 1)[1])
        raise LabError(f"{self.url}/metrics has no {name}")

    def incidents(self):
        """Rows of the list, newest first."""
        return self.get("/api/v1/incidents")["incidents"]

    def incidents_of(self, alert_name):
        """Those the alert opened, newest first, in full."""
        found = [self.get(f"/api/v1/incidents/{row['id']}") for row in self.incidents()
                 if row["title"].startswith(alert_name)]
        return [incident for incident in found
                if incident["alerts"][0]["labels"].get("alertname") == alert_name]

    def incident_of(self, alert_name):
        """The newest incident the alert opened, or None."""
        return next(iter(self.incidents_of(alert_name)), None)

    def report(self, incident_id):
        """The report, or None while there is none."""
        try:
            return self.get(f"/api/v1/incidents/{incident_id}/report")
        except urllib.error.HTTPError as refusal:
            if refusal.code == 404:
                return None
            raise

    def wait_for(self, what, probe, seconds, cancel=None):
        """Asks ten times a second; raises LabError when the time is up or the service has ended."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if cancel is not None and cancel.is_set():
                raise LabError(f"waiting for {what} was cancelled")
            if not self.process.running():
                raise LabError(f"devops-insight ended (code {self.process.popen.returncode}) while "
                               f"waiting for {what}: {self.process.log_tail()}")
            found = probe()
            if found is not None:
                return found
            time.sleep(0.1)
        raise LabError(f"no {what} within {seconds} s; the service's log ends with: "
                       f"{self.process.log_tail()}")

    # --- command line -------------------------------------------------------------------------

    def command(self, *arguments, check=True):
        """Runs the command line; returns the finished process (text output)."""
        done = subprocess.run([self.binary, *arguments], capture_output=True, text=True,
                              stdin=subprocess.DEVNULL, timeout=120, check=False)
        if check and done.returncode != 0:
            name = "signal " + signal.Signals(-done.returncode).name if done.returncode < 0 \
                else f"code {done.returncode}"
            raise LabError(f"devops-insight {arguments[0]} ended with {name}: "
                           f"{done.stderr.strip()[-500:]}")
        return done
