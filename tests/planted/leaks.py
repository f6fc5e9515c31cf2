"""The planted secrets for tests in Python, and which of them stand in bytes that left the process.
The same data and the same rules as corpus.h and leaks.h, written apart from what hides them."""

import base64
import json
import os
import re
import urllib.parse

_DATA = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "data", "secrets")
_PIECE = 16


def _read(name):
    with open(os.path.join(_DATA, name), encoding="utf-8") as file:
        return json.load(file)


SECRETS = {one["name"]: "".join(one["parts"]) for one in _read("values.json")}


def _encoded(slot):
    name, *encodings = slot.split("|")
    value = SECRETS[name]
    for encoding in encodings:
        value = {"percent": lambda v: urllib.parse.quote(v, safe=""),
                 "json": lambda v: json.dumps(v)[1:-1],
                 "base64": lambda v: base64.b64encode(v.encode()).decode()}[encoding](value)
    return value


def _filled(value):
    if isinstance(value, str):
        return re.sub(r"\{\{(.*?)\}\}", lambda slot: _encoded(slot[1]), value)
    if isinstance(value, list):
        return [_filled(one) for one in value]
    if isinstance(value, dict):
        return {key: _filled(one) for key, one in value.items()}
    return value


def signals():
    """Every kind of signal with secrets in it."""
    return _filled(_read("signals.json"))


def texts():
    """Single texts: command lines, files, sentences."""
    return [_filled(one["text"]) for one in _read("texts.json")]


def _undone(text):
    def one(match):
        if match[1]:
            return chr(int(match[1], 16))
        if match[2]:
            return chr(int(match[2], 16))
        return {"n": "\n", "t": "\t"}.get(match[3], match[3])
    return re.sub(r"%([0-9A-Fa-f]{2})|\\u00([0-9A-Fa-f]{2})|\\(.)", one, text, flags=re.S)


def _stands_in(text, value):
    data = value.encode()
    pieces = [value[at:at + _PIECE] for at in range(0, max(len(value) - _PIECE, 0), _PIECE // 2)]
    pieces += [value, data.hex()]
    for shift in range(3):
        # whole groups of three only: what the neighbours share bits with is left out
        whole = data[shift:shift + (len(data) - shift) // 3 * 3]
        encoded = base64.b64encode(whole).decode()
        if len(encoded) >= 8:
            pieces.append(encoded)
    return any(piece in text for piece in pieces)


def leaks(outbound):
    """Names of the secrets found plain, percent-encoded, JSON-escaped (each also several times
    over), in Base64 at any offset or in hexadecimal digits."""
    forms = [outbound]
    for _ in range(4):
        more = _undone(forms[-1])
        if more == forms[-1]:
            break
        forms.append(more)
    return sorted(name for name, value in SECRETS.items()
                  if any(_stands_in(form, value) for form in forms))
