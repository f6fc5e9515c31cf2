"""Free loopback ports for servers that are told theirs."""

import random
import socket

# Below the range that the kernel takes for outgoing connections (32768 and up): a port from there
# may be somebody's own end of a connection before the server gets to listen on it.
_LOWEST, _HIGHEST = 12000, 32000
_claims = []
_random = random.SystemRandom()


def free_port():
    """A port nobody listens on; never given twice while this process lives, here or in another."""
    while True:
        port = _random.randint(_LOWEST, _HIGHEST)
        claim = socket.socket(socket.AF_UNIX)
        try:
            # A name without a file, gone with its process: a server that starts late, or once more,
            # finds its port as it was.
            claim.bind(f"\0insight-test-port-{port}")
            with socket.socket() as probe:
                probe.bind(("127.0.0.1", port))
        except OSError:
            claim.close()
            continue
        _claims.append(claim)
        return port
