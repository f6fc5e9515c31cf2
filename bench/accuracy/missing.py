#!/usr/bin/python3
"""What the answers become where a part of the signals is missing: copies of the labelled incidents with
something taken away, judged as they are then.

Usage: bench/accuracy/missing.py [--binary FILE] [--data FOLDER] [--jobs N]
       --data    as for bench/accuracy/run.py
Every third incident of TrainTicket, every fourth of OnlineBoutique, the other sets whole. An answer
may become "not enough evidence"; it may not stay sure and be wrong.
"""

import argparse
import json
import os
import random
import sys
import tempfile

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__)))))
from bench.accuracy.run import ROOT, evaluate, find_data, merge_labels

SHARE = {"nezha_trainticket": 3, "nezha_onlineboutique": 4}


def lines_of(folder, name):
    path = os.path.join(folder, f"{name}.ndjson")
    if not os.path.exists(path):
        return []
    with open(path, encoding="utf-8") as file:
        return [json.loads(line) for line in file if line.strip()]


class Window:
    """An incident as its files are, to be thinned and written elsewhere."""

    def __init__(self, folder):
        self.name = folder
        with open(os.path.join(folder, "incident.json"), encoding="utf-8") as file:
            self.incident = json.load(file)
        with open(os.path.join(folder, "coverage.json"), encoding="utf-8") as file:
            self.coverage = json.load(file)
        self.signals = {name: lines_of(folder, name)
                        for name in ("logs", "spans", "metrics", "changes", "topology", "databases", "objects", "events")}

    def without(self, signal):
        self.signals[signal] = []
        for row in self.coverage:
            if row["source"].split("/")[0] == signal:
                row.update(asked=False, outcome="empty", count=0, intervals=[])

    def thin(self, signal, share, key):
        """Keeps each `key` with the probability `share`, the same ones on every run."""
        chooser = random.Random(f"{os.path.basename(self.name)} {signal} {share}")
        kept = {}
        self.signals[signal] = [one for one in self.signals[signal]
                                if kept.setdefault(key(one), chooser.random() < share)]

    def forget(self, share):
        """Takes the first part of the baseline away."""
        window = self.incident["window"]
        first = window["baselineStart"]
        cut = first + int(share * (window["baselineEnd"] - first))
        window["baselineStart"] = cut
        for series in self.signals["metrics"]:
            series["points"] = [point for point in series["points"] if point[0] * 1e9 >= cut]
        self.signals["metrics"] = [series for series in self.signals["metrics"] if series["points"]]
        for signal, time in (("logs", "time"), ("spans", "start"), ("changes", "time")):
            self.signals[signal] = [one for one in self.signals[signal] if one.get(time, cut) >= cut]
        for row in self.coverage:
            row["intervals"] = [[max(a, cut), b] for a, b in row.get("intervals", []) if b > cut]

    def write(self, folder):
        os.makedirs(folder)
        for name, content in (("incident", self.incident), ("coverage", self.coverage)):
            with open(os.path.join(folder, f"{name}.json"), "w", encoding="utf-8") as file:
                json.dump(content, file)
        for name, lines in self.signals.items():
            if lines:
                with open(os.path.join(folder, f"{name}.ndjson"), "w", encoding="utf-8") as file:
                    file.writelines(json.dumps(line) + "\n" for line in lines)


def series_key(series):
    return json.dumps([series["name"], series.get("labels", {})], sort_keys=True)


TAKEN = (
    ("nothing", lambda window: None),
    ("logs", lambda window: window.without("logs")),
    ("traces", lambda window: window.without("spans")),
    ("metrics", lambda window: window.without("metrics")),
    ("half of the series", lambda window: window.thin("metrics", 0.5, series_key)),
    ("four fifths of the series", lambda window: window.thin("metrics", 0.2, series_key)),
    ("half of the baseline", lambda window: window.forget(0.5)),
    ("nine tenths of the baseline", lambda window: window.forget(0.9)),
    ("nine tenths of the traces", lambda window: window.thin("spans", 0.1, lambda span: span["traceId"])),
)


def chosen(labels):
    """The cases this runs over."""
    with open(labels, encoding="utf-8") as file:
        cases = json.load(file)["cases"]
    seen = {}
    out = []
    for case in cases:
        of = case["snapshot"].split("/")[0]
        seen[of] = seen.get(of, -1) + 1
        if seen[of] % SHARE.get(of, 1) == 0:
            out.append(case)
    return out


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--binary", default=f"{ROOT}/build/release/devops-insight")
    parser.add_argument("--data")
    parser.add_argument("--jobs", type=int, default=2)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        data = find_data(options.data, scratch)
        if data is None:
            return 1
        merged, _ = merge_labels(data, scratch)
        cases = chosen(merged)
        print("| taken away | cases with it | AC@1 | ECE | of causes given at least 0.8 right | \"nothing wrong\" |")
        print("|---|---|---|---|---|---|")
        for title, take in TAKEN:
            folder = os.path.join(scratch, title.replace(" ", "_"))
            touched = []
            for case in cases:
                window = Window(os.path.join(data, case["snapshot"]))
                before = json.dumps(window.signals)
                take(window)
                # A case that never had it says nothing about its loss.
                if title != "nothing" and json.dumps(window.signals) == before:
                    continue
                window.write(os.path.join(folder, case["snapshot"]))
                touched.append(case)
            labels = f"{folder}.labels.json"
            with open(labels, "w", encoding="utf-8") as file:
                json.dump({"cases": touched}, file)
            scores = evaluate(options.binary, folder, labels, "detected", options.jobs)
            high = scores["highConfidence"]
            right = round((high.get("share") or 0) * high["cases"])
            quiet = sum(1 for result in scores["results"] if result.get("verdict") == "nothing_wrong")
            print(f"| {title} | {len(touched)} | {scores['ac1']:.2f} | {scores['ece']:.2f} | {right} of {high['cases']} | "
                  f"{quiet} |", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
