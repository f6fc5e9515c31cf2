"""The Node.js that packages of npm want: the one they bring, else the system's."""

import pathlib
import shutil
import subprocess


class NoNode(Exception):
    """None that will do; its text says why."""


def node_for(packages, least=22):
    """Path of a Node.js of at least that major version. Debian's own is older than what some packages load."""
    own = pathlib.Path(packages).glob("node_modules/node-linux-*/bin/node")
    for path in (*own, shutil.which("node")):
        try:
            version = subprocess.run([path or "node", "--version"], capture_output=True, text=True,
                                     check=True).stdout.strip()
        except (OSError, subprocess.CalledProcessError):
            continue
        if int(version.lstrip("v").split(".")[0]) >= least:
            return str(path)
    raise NoNode(f"needs Node.js {least} (npm brings it for x64 and arm64; Debian's is older)")
