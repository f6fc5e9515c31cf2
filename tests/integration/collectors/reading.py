"""Looking things up in what a collector answered."""


def rows(answer, view):
    return [one["row"] for one in answer["databases"] if one["view"] == view]


def present(answer, view):
    """Rows of the moment of collection only."""
    of_view = [one for one in answer["databases"] if one["view"] == view]
    newest = max((one["time"] for one in of_view), default=0)
    return [one["row"] for one in of_view if one["time"] == newest]


def coverage(answer, outcome):
    return [one for one in answer["coverage"] if one["outcome"] == outcome]


def everything(answer):
    import json
    return json.dumps(answer)
