"""What a route gives back."""

import json
from urllib.parse import urlencode


class Answer:
    """`value`: JSON, or text or bytes sent as they are."""

    def __init__(self, value, status=200, headers=None):
        self.value, self.status, self.headers = value, status, headers or {}

    def bytes(self):
        if self.value is None:
            return b""
        if isinstance(self.value, bytes):
            return self.value
        if isinstance(self.value, str):
            return self.value.encode("utf-8", "surrogateescape")
        return json.dumps(self.value).encode()


class Refusal(Exception):
    """An error as GitHub words it."""

    def __init__(self, status, message, headers=None, errors=None):
        super().__init__(message)
        self.status, self.headers, self.errors = status, headers or {}, errors
        self.message = message

    def answer(self):
        body = {"message": self.message, "status": str(self.status),
                "documentation_url": "https://docs.github.com/rest"}
        if self.errors is not None:
            body["errors"] = self.errors
        return Answer(body, self.status, self.headers)


def page(ask, items):
    """One page of a list and the Link header to the others."""
    try:
        size = min(100, max(1, int(ask.query.get("per_page", 30))))
        number = max(1, int(ask.query.get("page", 1)))
    except ValueError:
        raise Refusal(422, "Invalid request.") from None
    last = max(1, -(-len(items) // size))
    links = []
    # GitHub's links name the repository by its number.
    path = ask.path
    if ask.repo is not None:
        path = "/".join(["/repositories", str(ask.repo.id), *path.split("/")[4:]])
    others = {key: value for key, value in ask.query.items() if key != "page"}

    def link(to, rel):
        links.append(f'<{ask.api}{path}?{urlencode({**others, "page": to})}>; rel="{rel}"')

    if number > 1:
        link(number - 1, "prev")
    if number < last:
        link(number + 1, "next")
        link(last, "last")
    if number > 1:
        link(1, "first")
    shown = items[(number - 1) * size:number * size]
    return shown, ({"Link": ", ".join(links)} if links else {})
