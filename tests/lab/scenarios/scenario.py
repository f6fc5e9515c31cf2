"""What every scenario has: a fault to inject, the finding that must come of it, and the undo."""

import json


class Scenario:
    """`inject` fills `truth` with what it really did: the report is held against that."""

    name = ""
    title = ""  # one line for people: what goes wrong
    alert = ""  # the alert that must reach the service
    verdicts = ("cause", "several")
    cause_class = ""

    def __init__(self):
        self.truth = {}  # what it is → the word the first cause must name

    def inject(self, lab):
        raise NotImplementedError

    def undo(self, lab):
        raise NotImplementedError

    def problems(self, report):
        """What is wrong with the report, one sentence each; empty: it is right."""
        found = []
        if report["verdict"] not in self.verdicts:
            found.append(f"verdict is {report['verdict']}, not {' or '.join(self.verdicts)}")
        if not self.cause_class:
            return found
        if not report["causes"]:
            return found + ["there is no cause"]
        first = report["causes"][0]
        if first["class"] != self.cause_class:
            found.append(f"first cause is {first['class']}, not {self.cause_class}")
        for what, word in self.truth.items():
            if word not in first["statement"]:
                found.append(f"the first cause does not name the {what} {word!r}")
        cited = [report["evidence"].get(number) for number in first["evidence"]]
        if not cited or None in cited:
            found.append("the first cause cites evidence that the report does not have")
        return found + self.evidence_problems([e for e in cited if e], report)

    def evidence_problems(self, cited, report):
        """Each true word must be found in the cited evidence, not only in the sentence."""
        text = json.dumps(cited, ensure_ascii=False)
        return [f"no cited evidence contains the {what} {word!r}"
                for what, word in self.truth.items() if word not in text]


def entity_name(entity):
    return entity["name"] if isinstance(entity, dict) else entity
