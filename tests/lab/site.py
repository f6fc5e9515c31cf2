"""An HTTP server in a thread that can always be stopped."""

import http.server


class Site(http.server.ThreadingHTTPServer):
    """A client may be gone between `select` and `accept`, which would then wait for the next one."""

    daemon_threads = True

    def server_activate(self):
        super().server_activate()
        self.socket.settimeout(1)  # only of the listening socket: accepted ones block
