"""Free loopback ports for servers that are told theirs."""

import random
import socket
import threading

# Below the range that the kernel takes for outgoing connections (32768 and up): a port from there
# may be somebody's own end of a connection before the server gets to listen on it.
_LOWEST, _HIGHEST = 12000, 32000
_given = set()
_lock = threading.Lock()
_random = random.SystemRandom()


def free_port():
    """A port nobody listens on; never the same one twice in this process."""
    while True:
        port = _random.randint(_LOWEST, _HIGHEST)
        with _lock:
            if port in _given:
                continue
            _given.add(port)
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
