"""A provider of language models on loopback that says what it is told to, in each dialect."""

import http.server
import json
import struct
import threading
import zlib

from lab.site import Site


def _events(*events, typed=False):
    return "".join((f"event: {e['type']}\n" if typed else "") + f"data: {json.dumps(e)}\n\n"
                   for e in events).encode()


def anthropic(text):
    usage = {"input_tokens": 1000, "cache_read_input_tokens": 200,
             "cache_creation_input_tokens": 0, "output_tokens": 1}
    return _events(
        {"type": "message_start", "message": {"type": "message", "role": "assistant",
                                              "model": "model-x", "content": [], "usage": usage}},
        {"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}},
        {"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": text}},
        {"type": "content_block_stop", "index": 0},
        {"type": "message_delta", "delta": {"stop_reason": "end_turn"},
         "usage": {"output_tokens": 50}},
        {"type": "message_stop"}, typed=True)


def openai(text):
    chunk = {"id": "1", "object": "chat.completion.chunk", "created": 1, "model": "model-x"}
    return _events(
        dict(chunk, choices=[{"index": 0, "delta": {"role": "assistant", "content": text},
                              "finish_reason": None}]),
        dict(chunk, choices=[{"index": 0, "delta": {}, "finish_reason": "stop"}]),
        dict(chunk, choices=[], usage={"prompt_tokens": 1200, "completion_tokens": 50,
                                       "prompt_tokens_details": {"cached_tokens": 200}}),
    ) + b"data: [DONE]\n\n"


def gemini(text):
    return _events({"candidates": [{"content": {"role": "model", "parts": [{"text": text}]},
                                    "finishReason": "STOP"}], "modelVersion": "model-x",
                    "usageMetadata": {"promptTokenCount": 1200, "cachedContentTokenCount": 200,
                                      "candidatesTokenCount": 50}})


def bedrock(text):
    def frame(kind, value):
        headers = b"".join(bytes([len(n)]) + n + b"\x07" + struct.pack(">H", len(v)) + v
                           for n, v in ((b":event-type", kind), (b":message-type", b"event")))
        payload = json.dumps(value).encode()
        head = struct.pack(">II", 16 + len(headers) + len(payload), len(headers))
        head += struct.pack(">I", zlib.crc32(head))
        whole = head + headers + payload
        return whole + struct.pack(">I", zlib.crc32(whole))
    return (frame(b"contentBlockDelta", {"contentBlockIndex": 0, "delta": {"text": text}})
            + frame(b"messageStop", {"stopReason": "end_turn"})
            + frame(b"metadata", {"usage": {"inputTokens": 1000, "cacheReadInputTokens": 200,
                                            "outputTokens": 50}}))


class ModelSite:
    """`answer(request)` gives (status, body); requests are kept as (path, headers, body)."""

    def __init__(self, answer):
        self.requests = []
        site = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                length = int(self.headers.get("Content-Length", 0))
                body = json.loads(self.rfile.read(length))
                site.requests.append((self.path, dict(self.headers.items()), body))
                status, answered = answer(body)
                self.send_response(status)
                self.send_header("Content-Length", str(len(answered)))
                self.send_header("Connection", "close")
                self.end_headers()
                self.wfile.write(answered)

            def log_message(self, *_):
                pass

        self._server = Site(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._server.shutdown()
        self._server.server_close()
