#!/usr/bin/python3
"""Reviews the changes of every labelled incident and says where the guilty one ranks.

Usage: bench/review/run.py --data FOLDER [--set NAME] [--binary FILE] [--json FILE]
       --data    a folder of sets (SET/, SET.labels.json); --set is rootcausebench by default
"""

import argparse
import json
import os
import subprocess
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


def same(ref, wanted):
    return bool(ref) and bool(wanted) and (ref.startswith(wanted) or wanted.startswith(ref)
                                           or wanted in ref)


def reviewed(binary, snapshot):
    done = subprocess.run([binary, "replay", snapshot, "--format", "json"], capture_output=True,
                          text=True, timeout=300, check=False)
    if done.returncode not in (0, 3):
        sys.exit(f"{snapshot} could not be replayed: {done.stderr.strip()}")
    return json.loads(done.stdout).get("changes", [])


def main():
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument("--data")
    parser.add_argument("--set", default="rootcausebench")
    parser.add_argument("--binary", default=os.path.join(ROOT, "build/release/devops-insight"))
    parser.add_argument("--json")
    options = parser.parse_args()
    labels = options.data and os.path.join(options.data, options.set + ".labels.json")
    if not labels or not os.path.exists(labels):
        print(f"absent: {options.set} (give --data FOLDER with {options.set}.labels.json)")
        return 0
    with open(labels, encoding="utf-8") as file:
        cases = json.load(file)["cases"]
    rows = []
    for case in cases:
        changes = reviewed(options.binary, os.path.join(options.data, options.set,
                                                        case["snapshot"]))
        wanted = [cause["change"] for cause in case["causes"] if cause.get("change")]
        at = next((i for i, one in enumerate(changes)
                   if any(same(one["ref"], ref) for ref in wanted)), None)
        lines = [line for one in changes for line in one["lines"]]
        rows.append({
            "case": case["snapshot"], "blame": bool(wanted), "rank": None if at is None else at + 1,
            "withLine": at is not None and bool(changes[at]["lines"]),
            "mostSuspected": max((one["share"] for one in changes), default=0),
            "lines": len(lines),
            "linesOk": sum(bool(line["file"]) and len(line["evidence"]) > 1 for line in lines)})
        print(f"{case['snapshot']}  {'guilty at ' + str(at + 1) if at is not None else 'not listed' if wanted else 'nobody to blame'}"
              f"  {len(changes)} changes, {len(lines)} lines")
    guilty = [row for row in rows if row["blame"]]
    innocent = [row for row in rows if not row["blame"]]
    out = {"cases": len(guilty), "first": sum(row["rank"] == 1 for row in guilty),
           "listed": sum(row["rank"] is not None for row in guilty),
           "withLine": sum(row["withLine"] for row in guilty),
           "lines": sum(row["lines"] for row in rows),
           "linesWithFileAndClue": sum(row["linesOk"] for row in rows),
           "nobodyToBlame": len(innocent),
           "nobodyAccused": sum(row["mostSuspected"] <= 0.5 for row in innocent)}
    print(json.dumps(out))
    if options.json:
        with open(options.json, "w", encoding="utf-8") as file:
            json.dump({"rows": rows, **out}, file, indent=1)
    return 0


if __name__ == "__main__":
    sys.exit(main())
