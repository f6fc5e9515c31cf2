"""The one GraphQL question that the client asks: who wrote which lines."""

from . import shapes


def answer(ask):
    body = ask.json()
    query, given = body.get("query", ""), body.get("variables", {})
    if "blame" not in query:
        return {"errors": [{"message": "this server answers only blame"}]}
    repo = ask.github.find(given.get("owner", ""), given.get("name", ""))
    if repo is None:
        return {"data": {"repository": None}, "errors": [{
            "type": "NOT_FOUND", "path": ["repository"],
            "message": "Could not resolve to a Repository with the name "
                       f"'{given.get('owner')}/{given.get('name')}'."}]}
    sha = repo.git.resolve(given.get("ref", ""))
    if sha is None:
        return {"data": {"repository": {"object": None}}}
    path = given.get("path", "")
    if repo.git.entry(sha, path) is None:
        return {"data": {"repository": {"object": None}}, "errors": [{
            "type": "NOT_FOUND", "path": ["repository", "object", "blame"],
            "message": f"Could not find file {path}"}]}
    ranges = [{"startingLine": first, "endingLine": last, "age": 1,
               "commit": _commit(ask, repo, commit)}
              for first, last, commit, _, _ in repo.git.blame(sha, path)]
    return {"data": {"repository": {"object": {"blame": {"ranges": ranges}}}}}


def _commit(ask, repo, sha):
    raw = repo.git.commit(sha)
    login = repo.logins.get(raw["author"]["email"])
    return {"oid": sha, "message": raw["message"],
            "url": f"{ask.api}/{repo.full_name}/commit/{sha}",
            "authoredDate": shapes.stamp(raw["author"]["time"]),
            "committedDate": shapes.stamp(raw["committer"]["time"]),
            "author": {"name": raw["author"]["name"],
                       "user": {"login": login} if login else None},
            "parents": {"nodes": [{"oid": parent} for parent in raw["parents"]]},
            "tree": {"oid": raw["tree"]}}
