#!/usr/bin/python3
"""Ranks every labelled incident in all onset modes and prints what was reached beside what was aimed at.

Usage: bench/accuracy/run.py [--binary FILE] [--data FOLDER] [--jobs N] [--json FILE] [--modes detected,given,given+60]
       --data    a folder of sets (SET/, SET.labels.json), or an archive (.tar.zst) of one;
                 default: ../shared/datasets/rca-dev.tar.zst beside the repository
One command, no state: the archive is unpacked into a temporary folder and removed again.
"""

import argparse
import glob
import json
import os
import shutil
import subprocess
import sys
import tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
MODES = ("detected", "given", "given+60")

# What is aimed at: a set, the mode it is about, a number of eval's output, how it compares.
AIMS = (
    ("nezha_trainticket", "given", "ac1", ">=", 0.90),
    ("nezha_trainticket", "given", "ac3", ">=", 0.98),
    ("nezha_trainticket", "detected", "ac1", ">=", 0.87),
    ("nezha_trainticket", "detected", "secondsPerCase", "<=", 0.3),
    ("nezha_onlineboutique", "given", "ac1", ">=", 0.85),
    ("nezha_onlineboutique", "given", "ac5", ">=", 0.95),
    ("petshop", "detected", "ac1", ">=", 0.75),
    ("petshop", "detected", "ac3", ">=", 0.92),
    ("petshop", "detected", "engineSecondsPerCase", "<=", 0.010),
    ("rootcausebench", "detected", "right", ">=", 6),
    ("rootcausebench", "detected", "decoys", "<=", 2),
    ("healthy", "detected", "ac1", ">=", 0.95),
    ("all", "detected", "ece", "<=", 0.08),
    ("all", "detected", "highConfidence", ">=", 0.80),
)


def find_data(wanted, scratch):
    """The folder that holds the sets, or None with the reason printed."""
    path = wanted or os.path.join(ROOT, "..", "shared", "datasets", "rca-dev.tar.zst")
    if not os.path.exists(path):
        print(f"absent: {os.path.abspath(path)}: no labelled incidents here, nothing can be measured; "
              "name a folder or archive with --data")
        return None
    if os.path.isfile(path):
        with subprocess.Popen(["zstd", "-dc", path], stdout=subprocess.PIPE) as unpacked:
            subprocess.run(["tar", "-C", scratch, "-x"], stdin=unpacked.stdout, check=True)
        path = scratch
    if not glob.glob(os.path.join(path, "*.labels.json")):
        inner = [entry.path for entry in os.scandir(path) if entry.is_dir()]
        path = inner[0] if len(inner) == 1 else path
    if not glob.glob(os.path.join(path, "*.labels.json")):
        print(f"absent: no *.labels.json in {path}: nothing can be measured")
        return None
    return path


def merge_labels(folder, scratch):
    """One file over all sets, whose snapshots are named SET/name; also the decoys by that name."""
    cases, decoys = [], {}
    for labels in sorted(glob.glob(os.path.join(folder, "*.labels.json"))):
        name = os.path.basename(labels)[:-len(".labels.json")]
        with open(labels, encoding="utf-8") as file:
            for case in json.load(file)["cases"]:
                # The set is the group's first word, whatever the labels call their groups.
                kind = case.get("group", "").split("/", 1)[-1]
                cases.append({**case, "snapshot": f"{name}/{case['snapshot']}", "group": f"{name}/{kind}"})
        beside = labels.replace(".labels.json", ".decoys.json")
        if os.path.exists(beside):
            with open(beside, encoding="utf-8") as file:
                decoys.update({f"{name}/{case}": set(refs) for case, refs in json.load(file).items()})
    merged = os.path.join(scratch, "labels.json")
    with open(merged, "w", encoding="utf-8") as file:
        json.dump({"cases": cases}, file)
    return merged, decoys


def evaluate(binary, folder, labels, mode, jobs, *more):
    done = subprocess.run([binary, "eval", folder, "--labels", labels, "--onset", mode, "--format", "json",
                           "--jobs", str(jobs), *more], stdout=subprocess.PIPE, check=False)
    if done.returncode not in (0, 1) or not done.stdout:
        sys.exit(f"error: eval ended with {done.returncode}")
    return json.loads(done.stdout)


def figures(scores, decoys):
    """A set's numbers for the table: eval's own, and the two that need the decoys."""
    by_set = {"all": dict(scores)}
    for group, values in scores["groups"].items():
        if "/" not in group:
            by_set[group] = dict(values)
    for name, values in by_set.items():
        mine = [result for result in scores["results"]
                if name in ("all", result["snapshot"].split("/")[0]) and "skipped" not in result]
        values["right"] = sum(1 for result in mine if result.get("rank") == 1)
        values["decoys"] = sum(1 for result in mine
                               if result.get("blamedChange") in decoys.get(result["snapshot"], ()))
        high = values["highConfidence"]
        values["highConfidence"] = high.get("share")
        values["highCount"] = high["cases"]
    return by_set


def print_disguised(plain, disguised):
    """Names and dates must not matter: the cases whose rank or verdict they changed."""
    changed = [(a["snapshot"], a.get("rank"), b.get("rank"), a.get("verdict"), b.get("verdict"))
               for a, b in zip(plain["results"], disguised["results"])
               if (a.get("rank"), a.get("verdict")) != (b.get("rank"), b.get("verdict"))]
    print(f"\nwith other names at another time: {len(plain['results']) - len(changed)} of {len(plain['results'])} the same")
    for name, *what in changed:
        print(f"  {name}: rank {what[0]} became {what[1]}, {what[2]} became {what[3]}")


def shown(value):
    if value is None:
        return "–"
    return f"{value:.3f}" if isinstance(value, float) else str(value)


def print_table(mode, by_set):
    columns = ("cases", "ac1", "ac3", "ac5", "avg5", "mrr", "brier", "ece", "secondsPerCase", "engineSecondsPerCase")
    print(f"\nonset {mode}\n")
    print("| set | " + " | ".join(columns) + " | AC@1 95 % | prior AC@1 | by service | by fault |")
    print("|---" * (len(columns) + 5) + "|")
    for name, values in sorted(by_set.items(), key=lambda item: (item[0] == "all", item[0])):
        if not values["cases"]:
            continue
        low, high = values.get("ac1Interval") or (None, None)
        macro = values.get("macro", {})
        extra = (f"{shown(low)} to {shown(high)}", shown(values.get("prior", {}).get("ac1")),
                 shown(macro.get("byService", {}).get("ac1")), shown(macro.get("byFault", {}).get("ac1")))
        print(f"| {name} | " + " | ".join(shown(values.get(column)) for column in columns) + " | " +
              " | ".join(extra) + " |")


def print_aims(found):
    print("\n| set | onset | number | aim | reached | |")
    print("|---|---|---|---|---|---|")
    for name, mode, key, sign, aim in AIMS:
        value = found.get(mode, {}).get(name, {}).get(key)
        if value is None:
            verdict = "not measured"
        else:
            met = value >= aim - 1e-9 if sign == ">=" else value <= aim + 1e-9
            verdict = "met" if met else "**missed**"
        print(f"| {name} | {mode} | {key} | {sign} {aim} | {shown(value)} | {verdict} |")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--binary", default=os.path.join(ROOT, "build", "release", "devops-insight"))
    parser.add_argument("--data")
    parser.add_argument("--disguised", action="store_true",
                        help="also rank every case with other names at another time and list what changed")
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--json")
    parser.add_argument("--modes", default=",".join(MODES))
    options = parser.parse_args()
    if not os.path.exists(options.binary):
        sys.exit(f"error: {options.binary} is not there: build it (script/build) or name one with --binary")
    scratch = tempfile.mkdtemp(prefix="accuracy-")
    try:
        folder = find_data(options.data, scratch)
        if folder is None:
            return 3
        labels, decoys = merge_labels(folder, scratch)
        found, raw = {}, {}
        for mode in options.modes.split(","):
            raw[mode] = evaluate(options.binary, folder, labels, mode, options.jobs)
            found[mode] = figures(raw[mode], decoys)
            print_table(mode, found[mode])
            if mode == "detected" and options.disguised:
                print_disguised(raw[mode], evaluate(options.binary, folder, labels, mode, options.jobs, "--disguised"))
            for note in raw[mode]["notes"]:
                print(f"\nnote: {note}")
            sys.stdout.flush()
        print_aims(found)
        first = next(iter(found.values()))["all"]
        print(f"\npeak memory {first['peakMegabytes']:.0f} MB; of {first['highCount']} causes given at least 0.8, "
              f"{shown(first['highConfidence'])} right")
        print("verdicts: " + json.dumps(first["verdicts"]))
        if options.json:
            with open(options.json, "w", encoding="utf-8") as file:
                json.dump(raw, file)
        return 0
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
