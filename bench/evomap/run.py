#!/usr/bin/env python3
"""Bytes of canonical asset JSON hashed per second of CPU, ours beside the vendor's package.

    python3 bench/evomap/run.py [--tools build/release/tests/evomap_hub] [--seconds 2]
"""

import argparse
import json
import os
import pathlib
import subprocess

ROOT = pathlib.Path(__file__).resolve().parents[2]


def assets(oracle):
    """Bundles as we make them, some with a content as long as hubs allow, and the golden ones."""
    lines = subprocess.run([oracle, "bundles"], capture_output=True, text=True,
                           check=True).stdout.splitlines()
    out = [asset for line in lines for asset in json.loads(line)]
    for number, asset in enumerate(out):
        if asset["type"] == "Capsule" and number % 2 == 0:
            asset["content"] = (asset["content"] + "\n") * (7900 // len(asset["content"]))
    vectors = json.loads((ROOT / "tests/data/evomap/vectors.json").read_text(encoding="utf-8"))
    return out + [asset for bundle in vectors["bundles"] for asset in bundle["assets"]]


def rate(measured):
    return measured["bytes"] / measured["seconds"] / 1e6


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tools", default=ROOT / "build/release/tests/evomap_hub")
    parser.add_argument("--seconds", default="2")
    options = parser.parse_args()
    oracle = pathlib.Path(options.tools) / "evomap_oracle"
    text = "\n".join(json.dumps(asset, ensure_ascii=False) for asset in assets(oracle)) + "\n"
    ours = json.loads(subprocess.run([oracle, "bench", options.seconds], input=text, text=True,
                                     capture_output=True, check=True).stdout)
    packages = subprocess.run([ROOT / "tests/servers/evomap/get"], capture_output=True, text=True,
                              check=False)
    theirs = None
    if packages.returncode == 0:
        theirs = json.loads(subprocess.run(
            ["node", ROOT / "tests/servers/evomap/oracle.mjs", packages.stdout.split()[-1], "bench",
             options.seconds], input=text, text=True, capture_output=True, check=True).stdout)
    print(f"load {os.getloadavg()[0]:.1f}, {len(text.splitlines())} assets, {len(text)} bytes")
    print(f"id from text                                {rate(ours['text']):7.0f} MB/s "
          f"({ours['slow']} texts the long way)")
    print(f"id from text by way of a value              {rate(ours['value']):7.0f} MB/s")
    print(f"id of a parsed asset                        {rate(ours['parsed']):7.0f} MB/s")
    print(f"SHA-256 alone                               {rate(ours['sha256']):7.0f} MB/s")
    if theirs:
        print(f"@evomap/gep-sdk, from text (JSON.parse)     {rate(theirs['text']):7.0f} MB/s")
        print(f"@evomap/gep-sdk, of a parsed asset          {rate(theirs['parsed']):7.0f} MB/s")
    else:
        print("@evomap/gep-sdk cannot be had: " + packages.stderr.strip().splitlines()[-1])


if __name__ == "__main__":
    main()
