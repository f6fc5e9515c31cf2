"""The weights of the ranking from the labelled incidents, in one command.

Usage: python3 -m bench.fit.run [--binary FILE] [--data FOLDER] [--write]
       --data    as for bench/accuracy/run.py
       --write   replace analysis/ranking/weights.json; the binary carries it, so build again

What is weighed of every incident, of 60 more healthy windows cut out of fault-free baselines, then
the fit. No state: all but the weights is in a temporary folder that is removed again.
"""

from __future__ import annotations

import argparse
import pathlib
import subprocess
import sys
import tempfile

from bench.accuracy.run import ROOT, find_data

HEALTHY_CUTS = 60


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--binary", default=f"{ROOT}/build/release/devops-insight")
    parser.add_argument("--data")
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        data = find_data(options.data, scratch)
        if data is None:
            return 1
        cuts = pathlib.Path(scratch, "healthy_cuts")
        snapshots = [str(path) for path in sorted(pathlib.Path(data, "petshop").iterdir()) if path.is_dir()]
        subprocess.run([sys.executable, "-m", "bench.fit.healthy_windows", *snapshots, "--output", str(cuts),
                        "--count", str(HEALTHY_CUTS)], cwd=ROOT, check=True)
        labels = [*sorted(pathlib.Path(data).glob("*.labels.json")), pathlib.Path(f"{cuts}.labels.json")]
        features = []
        for of in labels:
            name = of.name.removesuffix(".labels.json")
            print(f"weighing {name}", flush=True)
            features.append(f"{scratch}/{name}.ndjson")
            subprocess.run([options.binary, "eval", str(of.parent / name), "--labels", str(of),
                            "--features", features[-1]], stdout=subprocess.DEVNULL, check=True)
        fit = [sys.executable, "-m", "bench.fit.fit", "--features", *features]
        return subprocess.run([*fit, "--write"] if options.write else fit, cwd=ROOT, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
