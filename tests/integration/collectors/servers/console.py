"""The collectors behind a line protocol."""

import json
import os
import pathlib
import subprocess


def console_binary():
    named = os.environ.get("INSIGHT_COLLECTOR_CONSOLE")
    if named:
        return named
    root = pathlib.Path(__file__).resolve().parents[4]
    built = [path for path in root.glob("build/*/**/collector_console") if path.is_file()]
    assert built, "build the target collector_console first"
    return str(max(built, key=lambda path: path.stat().st_mtime))


class Console:
    """One opened collector instance, driven over its standard input."""

    def __init__(self, kind, **instance):
        self.process = subprocess.Popen([console_binary(), kind, json.dumps(instance)],
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def __call__(self, do, **order):
        self.process.stdin.write(json.dumps({"do": do, **order}) + "\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        assert line, f"the collector died with {self.process.wait()}"
        return json.loads(line)

    def close(self):
        self.process.stdin.close()
        assert self.process.wait(20) == 0
