"""Relays that cut and trickle, listeners that say nothing or the same thing always."""

import contextlib
import socket
import threading


class Link:
    """A TCP relay that can be cut: what a broken network between two servers looks like. `shape`
    sees every piece the target sends, and how much came before on that connection: what it gives
    is sent on, None cuts the connection."""

    def __init__(self, target, shape=None):
        self.target = target
        self.shape = shape
        self.open = True
        self.pairs = []
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self):
        while True:
            try:
                near, _ = self.listener.accept()
            except OSError:
                return
            if not self.open:
                near.close()
                continue
            far = socket.create_connection(("127.0.0.1", self.target))
            self.pairs.append((near, far))
            for job in ((near, far, None), (far, near, self.shape)):
                threading.Thread(target=self._pump, args=job, daemon=True).start()

    @staticmethod
    def _pump(source, sink, shape):
        before = 0
        with contextlib.suppress(OSError):
            while data := source.recv(65536):
                piece = shape(data, before) if shape else data
                before += len(data)
                if piece is None:
                    break
                sink.sendall(piece)
        for one in (source, sink):
            with contextlib.suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)

    def cut(self):
        self.open = False
        for pair in self.pairs:
            for one in pair:
                with contextlib.suppress(OSError):
                    one.shutdown(socket.SHUT_RDWR)
        self.pairs.clear()

    def close(self):
        self.cut()
        self.listener.close()


class Silent:
    """Accepts and never says a word: what a hung server looks like from outside."""

    def __init__(self):
        self.listener = socket.socket()
        self.listener.bind(("127.0.0.1", 0))
        self.listener.listen(16)
        self.port = self.listener.getsockname()[1]

    def close(self):
        self.listener.close()


class Speaker:
    """Answers every connection with the same bytes, once something was said to it."""

    def __init__(self, answer):
        self.listener = socket.socket()
        self.listener.bind(("127.0.0.1", 0))
        self.listener.listen(16)
        self.port = self.listener.getsockname()[1]
        self.answer = answer
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self):
        while True:
            try:
                link, _ = self.listener.accept()
            except OSError:
                return
            with link, contextlib.suppress(OSError):
                link.recv(65536)
                link.sendall(self.answer)

    def close(self):
        self.listener.close()
