"""Cuts more healthy windows out of the baselines of snapshots that carry metrics only.

Usage: python3 -m bench.fit.healthy_windows SNAPSHOTS… --output DIR --count N [--seed S]

Each cut takes one snapshot's alert and topology and moves the window into its fault-free baseline:
everything before is the new baseline. Labels are written to DIR.labels.json.
"""

from __future__ import annotations

import argparse
import json
import pathlib
import random
import sys
from datetime import datetime, timezone

NANO = 1_000_000_000


def cut(source: pathlib.Path, into: pathlib.Path, chooser: random.Random) -> bool:
    incident = json.loads((source / "incident.json").read_text())
    window = incident["window"]
    length = window["end"] - window["start"]
    first, last = window["baselineStart"], window["baselineEnd"]
    if last - first < 4 * length:
        return False
    # At least the first half of the baseline stays baseline; on a grid of whole minutes.
    earliest = first + (last - first) // 2
    start = chooser.randrange(earliest // (60 * NANO), (last - length) // (60 * NANO)) * 60 * NANO
    incident["id"] = into.name
    incident["window"] = {"start": start, "end": start + length, "baselineStart": first, "baselineEnd": start}
    into.mkdir(parents=True)
    moment = start + length // 2
    incident["alert"]["startsAt"] = datetime.fromtimestamp(moment / NANO, timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
    (into / "incident.json").write_text(json.dumps(incident))
    with open(source / "metrics.ndjson", encoding="utf-8") as lines, \
            open(into / "metrics.ndjson", "w", encoding="utf-8") as out:
        for line in lines:
            series = json.loads(line)
            series["points"] = [p for p in series["points"] if p[0] * NANO <= start + length]
            if series["points"]:
                out.write(json.dumps(series) + "\n")
    coverage = json.loads((source / "coverage.json").read_text())
    for row in coverage:
        if row.get("intervals"):
            row["intervals"] = [[first, start + length]]
    (into / "coverage.json").write_text(json.dumps(coverage))
    if (source / "topology.ndjson").exists():
        (into / "topology.ndjson").write_text((source / "topology.ndjson").read_text())
    return True


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("snapshots", nargs="+", type=pathlib.Path)
    parser.add_argument("--output", type=pathlib.Path, required=True)
    parser.add_argument("--count", type=int, default=60)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    chooser = random.Random(options.seed)
    usable = [s for s in sorted(options.snapshots) if (s / "metrics.ndjson").exists()]
    cases = []
    while len(cases) < options.count and usable:
        source = chooser.choice(usable)
        name = f"cut-{len(cases):03d}"
        if cut(source, options.output / name, chooser):
            cases.append({"snapshot": name, "causes": [], "healthy": True, "group": "healthy_cuts"})
        else:
            usable.remove(source)
    pathlib.Path(f"{options.output}.labels.json").write_text(json.dumps({"cases": cases}, indent=1))
    print(f"{len(cases)} healthy windows in {options.output}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
