#!/usr/bin/python3
"""A big recorded window, at growing shares of its size: seconds and memory of one replay.

Usage: bench/scale/run.py [--build build/release] [--shares 0.125,0.25,0.5,1] [--svg FILE] [--keep FOLDER]
At share 1: 10 M log lines, 5,000 series of 240 points, 200,000 spans and 20,000 objects, with a sealed manifest.
Needs about 2.5 GB of disk. "wall" is what a clock shows, "cpu" what both cores worked.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


def replay(binary, folder):
    """(wall seconds, CPU seconds, peak MB, report) of one replay in a process of its own."""
    began = time.monotonic()
    with tempfile.TemporaryFile() as out:
        child = subprocess.Popen([binary, "replay", folder, "--format", "json"], stdout=out)
        _, status, usage = os.wait4(child.pid, 0)
        wall = time.monotonic() - began
        if status != 0:
            sys.exit(f"error: replay ended with status {status}")
        out.seek(0)
        report = json.load(out)
    return wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, report


def plot(rows, path):
    """Seconds over share, as a small SVG for the documentation."""
    most = max(row["wall"] for row in rows) * 1.15
    x = lambda share: 60 + 480 * share
    y = lambda seconds: 300 - 260 * seconds / most
    dots = "".join(f'<circle cx="{x(r["share"]):.1f}" cy="{y(r["wall"]):.1f}" r="4" fill="#2563eb"/>'
                   f'<text x="{x(r["share"]):.1f}" y="{y(r["wall"]) - 10:.1f}" text-anchor="middle">'
                   f'{r["wall"]:.1f} s, {r["peak"]:.0f} MB</text>' for r in rows)
    line = " ".join(f'{x(r["share"]):.1f},{y(r["wall"]):.1f}' for r in rows)
    marks = "".join(f'<text x="{x(r["share"]):.1f}" y="322" text-anchor="middle">{r["lines"] / 1e6:g} M</text>' for r in rows)
    with open(path, "w", encoding="utf-8") as file:
        file.write('<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 600 350" font-family="sans-serif" font-size="12">'
                   '<rect width="600" height="350" fill="white"/>'
                   '<line x1="60" y1="300" x2="560" y2="300" stroke="#888"/><line x1="60" y1="30" x2="60" y2="300" stroke="#888"/>'
                   f'<polyline points="{line}" fill="none" stroke="#2563eb" stroke-width="2"/>{dots}{marks}'
                   '<text x="310" y="342" text-anchor="middle">log lines (series, spans and objects grow with them)</text>'
                   '<text x="60" y="20">seconds from the folder on disk to the report</text></svg>\n')


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", default=os.path.join(ROOT, "build", "release"))
    parser.add_argument("--shares", default="0.125,0.25,0.5,1")
    parser.add_argument("--svg")
    parser.add_argument("--keep")
    options = parser.parse_args()
    binary = os.path.join(options.build, "devops-insight")
    generator = os.path.join(options.build, "bench", "scale_snapshot")
    for path in (binary, generator):
        if not os.path.exists(path):
            sys.exit(f"error: {path} is not there: build it with the tests, or name a build folder with --build")
    scratch = options.keep or tempfile.mkdtemp(prefix="scale-")
    os.makedirs(scratch, exist_ok=True)
    rows = []
    try:
        print("| share | log lines | MB on disk | wall s | cpu s | peak MB | verdict, first cause |")
        print("|---|---|---|---|---|---|---|")
        for share in (float(word) for word in options.shares.split(",")):
            folder = os.path.join(scratch, f"share-{share:g}")
            if not os.path.exists(os.path.join(folder, "manifest.json")):
                subprocess.run([generator, folder, str(share)], check=True)
            size = sum(entry.stat().st_size for entry in os.scandir(folder)) / 1e6
            wall, cpu, peak, report = replay(binary, folder)
            first = report["causes"][0]["entity"]["name"] if report["causes"] else "none"
            rows.append({"share": share, "lines": int(10_000_000 * share), "wall": wall, "cpu": cpu, "peak": peak})
            print(f"| {share:g} | {int(10_000_000 * share):,} | {size:.0f} | {wall:.2f} | {cpu:.2f} | {peak:.0f} | "
                  f"{report['verdict']}, {first} |", flush=True)
            if not options.keep:
                shutil.rmtree(folder)
        load = os.getloadavg()[0]
        print(f"\n{os.cpu_count()} cores; load of the machine {load:.1f}")
        if options.svg:
            plot(rows, options.svg)
    finally:
        if not options.keep:
            shutil.rmtree(scratch, ignore_errors=True)


if __name__ == "__main__":
    main()
