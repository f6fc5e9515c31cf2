"""What is installed into the cache is installed by one process at a time."""

import contextlib
import fcntl
import os


@contextlib.contextmanager
def alone(folder):
    """Makes the folder; who comes second waits here."""
    os.makedirs(folder, exist_ok=True)
    with open(os.path.join(folder, ".lock"), "w", encoding="ascii") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
