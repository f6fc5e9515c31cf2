#!/usr/bin/python3
"""Coverage of the exhaustion interval and silence on series that do not grow, beside least squares
as predict_linear() of Prometheus does it. Usage: bench/health/run.py [BINARY [CASES]]"""

import json
import os
import subprocess
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


def table(title, kinds, columns):
    print(f"### {title}\n")
    print("| series | cases | " + " | ".join(name for name, _, _ in columns) + " |")
    print("|---|---|" + "---|" * len(columns))
    for kind, both in kinds.items():
        cells = [text.format(both[who][key]) for _, (who, key), text in columns]
        print(f"| {kind} | {both['ours']['cases']} | " + " | ".join(cells) + " |")
    print()


def main():
    binary = sys.argv[1] if len(sys.argv) > 1 else os.path.join(
        ROOT, "build", "release", "bench", "health_bench")
    if not os.access(binary, os.X_OK):
        sys.exit(f"{binary} does not exist: build the target health_bench first")
    cases = sys.argv[2:3] or ["500"]
    done = subprocess.run([binary, *cases], capture_output=True, text=True, check=True)
    result = json.loads(done.stdout)
    for shapes, kind in (("", ""), ("Shapes", ", as machines draw it"), ("Weeks", " beside a week")):
        tables(result["growing" + shapes], result["quiet" + shapes], kind)
    milliseconds = [result[part]["all"]["ours"]["millisecondsEach"] for part in result]
    print(f"{milliseconds[0]:.1f} ms a growing series, {milliseconds[1]:.1f} ms one that does not.")
    good = (result["growing"]["all"]["ours"]["covered"] >= 0.90
            and result["quiet"]["all"]["ours"]["raised"] <= 0.05
            and result["growingShapes"]["all"]["ours"]["covered"] >= 0.85
            and result["quietShapes"]["all"]["ours"]["raised"] <= 0.05
            and result["growingWeeks"]["all"]["ours"]["raised"] >= 0.85
            and result["growingWeeks"]["all"]["ours"]["covered"] >= 0.80
            and result["quietWeeks"]["all"]["ours"]["raised"] <= 0.05)
    return 0 if good else 1


def tables(growing, quiet, kind):
    table(f"Known growth{kind}: the 90 % interval of the predicted exhaustion", growing,
          [("holds the truth", ("ours", "covered"), "{:.1%}"),
           ("least squares", ("leastSquares", "covered"), "{:.1%}"),
           ("median error of the time left", ("ours", "medianError"), "{:.1%}"),
           ("least squares", ("leastSquares", "medianError"), "{:.1%}"),
           ("found at all", ("ours", "raised"), "{:.1%}")])
    table(f"No growth{kind}: something is raised", quiet,
          [("raised", ("ours", "raised"), "{:.1%}"),
           ("least squares", ("leastSquares", "raised"), "{:.1%}")])


if __name__ == "__main__":
    sys.exit(main())
