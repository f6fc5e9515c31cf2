"""Programs that listen on a port, and waiting for what they do."""

import contextlib
import os
import pathlib
import socket
import subprocess
import time


def wait_for(condition, seconds=20, what="the server"):
    """The only waiting there is: until `condition` gives something true."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        with contextlib.suppress(Exception):
            value = condition()
            if value:
                return value
        time.sleep(0.05)
    raise AssertionError(f"{what} was not there after {seconds} s")


def is_open(port):
    with socket.create_connection(("127.0.0.1", port), timeout=1):
        return True


class Process:
    def __init__(self, command, folder, port, env=None, user=None):
        self.port = port
        self.log = open(folder / f"{pathlib.Path(command[0]).name}-{port}.log", "wb")
        self.process = subprocess.Popen(command, stdout=self.log, stderr=subprocess.STDOUT,
                                        env={**os.environ, **(env or {})}, user=user)
        wait_for(lambda: is_open(port), what=" ".join(command[:1]))

    def stop(self, signal=15):
        self.process.send_signal(signal)
        self.process.wait(20)
        self.log.close()
