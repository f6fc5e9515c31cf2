"""SkyWalking's OAP server on free loopback ports, with storage in memory, and a small client."""

import json
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from datetime import datetime, timedelta, timezone

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2]))
from lab.ports import free_port  # noqa: E402

_HERE = pathlib.Path(__file__).resolve().parent
# folders it wants to find, and git does not keep
_EMPTY = ("log-mal-rules", "meter-analyzer-config", "ui-initialized-templates")


class Absent(Exception):
    """The server cannot be had on this machine; the text says why."""


def jars():
    done = subprocess.run([_HERE / "get"], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise Absent("SkyWalking cannot be had: " + ((done.stderr.strip() or done.stdout.strip())
                                                     .splitlines() or ["no reason given"])[-1])
    return pathlib.Path(done.stdout.strip().splitlines()[-1])


def hours_from_utc():
    """A clock, not UTC, whose today began hours ago: a fresh storage has tables from today on, and
    what a story tells of yesterday would be lost."""
    now = datetime.now(timezone.utc)
    return next(hours for hours in (8, -5, 13) if 3 <= (now + timedelta(hours=hours)).hour < 21)


class Oap:
    def __init__(self, folder, complexity=3000):
        """complexity: fields a question may select."""
        self.folder = pathlib.Path(folder)
        self.hours_from_utc = hours_from_utc()
        self._jars = jars()
        config = self.folder / "config"
        shutil.copytree(_HERE / "config", config)
        for name in _EMPTY:
            (config / name).mkdir()
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        environment = {**os.environ, "OAP_REST_PORT": str(self.port),
                       "OAP_GRPC_PORT": str(free_port()), "OAP_COMPLEXITY": str(complexity)}
        with open(self.folder / "oap.log", "wb") as log:
            self._process = subprocess.Popen(
                ["java", "-Xms256m", "-Xmx640m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1",
                 f"-Duser.timezone=GMT{self.hours_from_utc:+d}", "-cp", f"{config}:{self._jars}/*",
                 "org.apache.skywalking.oap.server.starter.OAPServerStartUp"],
                stdout=log, stderr=subprocess.STDOUT, start_new_session=True, env=environment)
        try:
            self.wait_for(lambda: self.ask("{version}"), 120, "SkyWalking")
        except BaseException:
            self.stop()
            raise

    def post(self, path, body):
        request = urllib.request.Request(self.url + path, json.dumps(body).encode(),
                                         {"Content-Type": "application/json"})
        with urllib.request.urlopen(request, timeout=30) as answer:
            return answer.read().decode()

    def ask(self, query):
        answer = json.loads(self.post("/graphql", {"query": query}))
        assert "errors" not in answer, answer
        return answer["data"]

    def wait_for(self, condition, seconds, what):
        end = time.monotonic() + seconds
        error = None
        while time.monotonic() < end:
            if self._process.poll() is not None:
                raise AssertionError(f"SkyWalking ended; see {self.folder}/oap.log")
            try:
                value = condition()
                if value:
                    return value
            except (OSError, AssertionError, ValueError) as failure:
                error = failure
            time.sleep(0.5)
        raise AssertionError(f"{what} was not there after {seconds} s; last: {error}")

    def stop(self):
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGTERM)
        try:
            self._process.wait(15)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
