"""Our hub of the EvoMap network as a process of its own, and where the tools of these tests are."""

import json
import os
import pathlib
import subprocess

TESTS = pathlib.Path(__file__).resolve().parents[1]


def tool(name):
    """Path of one of our programs: INSIGHT_EVOMAP_TOOLS, else the release build."""
    usual = TESTS.parent / "build" / "release" / "tests" / "evomap_hub"
    path = pathlib.Path(os.environ.get("INSIGHT_EVOMAP_TOOLS", usual)) / name
    assert os.access(path, os.X_OK), f"{path} does not exist: build it first"
    return str(path)


class Hub:
    """Answers until end()."""

    def __init__(self):
        self.process = subprocess.Popen([tool("evomap_hub")], stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, text=True)
        self.port = int(self.process.stdout.readline())

    def plan(self, path, status, body):
        """The next call to the path gets this answer."""
        self.process.stdin.write(f"instead {path} {status} {json.dumps(body)}\n")
        self.process.stdin.flush()

    def add(self, asset):
        """An asset of another node."""
        self.process.stdin.write(f"asset {json.dumps(asset)}\n")
        self.process.stdin.flush()

    def end(self):
        """Stops it and gives what it was asked and what it holds."""
        told, _ = self.process.communicate(timeout=10)
        return json.loads(told)

    def kill(self):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
