"""One server process: started, watched while it gets ready, stopped by its pid."""

import os
import pwd
import shutil
import signal
import subprocess
import time
import urllib.error
import urllib.request


class LabError(Exception):
    """One sentence: what failed, where, what to do."""


class NotInstalled(LabError):
    """A server this machine does not have; `package` is what apt would install."""

    def __init__(self, what, package):
        super().__init__(f"{what} is not installed: apt-get install {package}")
        self.what = what
        self.package = package


def find_binary(name, package, folders=()):
    """The full path of a Debian package's program. Raises NotInstalled."""
    for folder in folders:
        candidate = os.path.join(folder, name)
        if os.access(candidate, os.X_OK):
            return candidate
    found = shutil.which(name)
    if found is None:
        raise NotInstalled(name, package)
    return found


class Process:
    def __init__(self, name, command, log_path, user=None, env=None, stop_signal=signal.SIGTERM):
        """`user`: run as this account when we are root. The kernel sends `stop_signal` when the
        thread that started it dies, so not even SIGKILL on us leaves a server behind."""
        self.name = name
        self.log_path = log_path
        self.stop_signal = stop_signal
        wrapper = ["setpriv", "--pdeathsig", stop_signal.name.removeprefix("SIG")]
        if user is not None and os.geteuid() == 0:
            account = pwd.getpwnam(user)
            wrapper += ["--reuid", str(account.pw_uid), "--regid", str(account.pw_gid)]
            wrapper += ["--init-groups"]
        with open(log_path, "ab") as log:
            # its own session: Ctrl-C reaches us alone, and we stop the servers in order
            self.popen = subprocess.Popen(
                wrapper + ["--"] + command, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                env={**os.environ, **(env or {})}, cwd=os.path.dirname(log_path),
                start_new_session=True)

    @property
    def pid(self):
        return self.popen.pid

    def running(self):
        return self.popen.poll() is None

    def log_tail(self, lines=4):
        with open(self.log_path, encoding="utf-8", errors="replace") as log:
            return " | ".join(line.strip() for line in log.readlines()[-lines:])

    def wait_until(self, ready, seconds, cancel=None):
        """Calls `ready()` until it returns something true; raises LabError when the process ends
        first or the time is up."""
        end = time.monotonic() + seconds
        while True:
            if cancel is not None and cancel.is_set():
                raise LabError(f"{self.name}: start was cancelled")
            if not self.running():
                raise LabError(f"{self.name} ended while starting (code {self.popen.returncode}), "
                               f"its log says: {self.log_tail()}")
            answer = ready()
            if answer:
                return answer
            if time.monotonic() > end:
                raise LabError(f"{self.name} was not ready after {seconds} s, "
                               f"its log says: {self.log_tail()}")
            time.sleep(0.05)

    def stop(self, seconds=5):
        if not self.running():
            return
        self.popen.send_signal(self.stop_signal)
        try:
            self.popen.wait(seconds)
        except subprocess.TimeoutExpired:
            self.popen.kill()
            self.popen.wait()

    def kill(self):
        self.popen.kill()
        self.popen.wait()


def http_ok(url, headers=None):
    """True when a GET of `url` answers 200."""
    try:
        request = urllib.request.Request(url, headers=headers or {})
        with urllib.request.urlopen(request, timeout=2) as answer:
            return answer.status == 200
    except (urllib.error.URLError, OSError):
        return False
