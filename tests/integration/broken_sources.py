"""Servers that misbehave, for sources that must not take an investigation down with them."""

import socket
import threading


class BrokenServer:
    """Listens on a free loopback port and treats every connection with `behave(connection)`."""

    def __init__(self, behave):
        self._behave = behave
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self.connections = 0
        self._open = []
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self):
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return  # closed
            self.connections += 1
            self._open.append(connection)
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection):
        try:
            self._behave(connection)
        except OSError:
            pass  # the client has gone, as it should

    def close(self):
        self._listener.close()
        for connection in self._open:
            connection.close()


def refuse(connection):
    """Hangs up at once."""
    connection.close()


def hang(connection):
    """Takes everything and never answers."""
    while connection.recv(4096):
        pass


def _answer(connection, head, body=b""):
    connection.recv(65536)
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n" + head + b"\r\n"
                       + body)


def endless(connection):
    """Announces 1 GiB and sends as much of it as it is let."""
    _answer(connection, b"Content-Length: 1073741824\r\n", b'{"status":"success","data":"')
    while True:
        connection.sendall(b"x" * 65536)


def negative_chunk(connection):
    _answer(connection, b"Transfer-Encoding: chunked\r\n", b"-1\r\n{}\r\n0\r\n\r\n")
    connection.close()


def invalid_utf8(connection):
    body = b'{"status":"success","data":{"resultType":"vector","result":["\xff\xfe\xc3"]}}'
    _answer(connection, b"Content-Length: %d\r\nConnection: close\r\n" % len(body), body)
    connection.close()
