#!/usr/bin/python3
"""Accuracy and speed of the template miner beside Drain3. Prints figures; asserts nothing."""

import argparse
import collections
import csv
import glob
import os
import platform
import re
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
REPOSITORY = os.path.dirname(os.path.dirname(HERE))


def find_miner(given):
    if given:
        return given
    # of the release: a sanitizer's is several times slower
    built = os.path.join(REPOSITORY, "build", "release", "bench", "mine_logs")
    return built if os.path.exists(built) else None


def machine():
    with open("/proc/cpuinfo", encoding="utf-8") as file:
        model = re.search(r"model name\s*: (.*)", file.read())
    print(f"machine    {model.group(1) if model else platform.machine()}, {os.cpu_count()} cores, "
          f"Linux {platform.release()}, load {os.getloadavg()[0]:.1f}")
    print(f"command    {' '.join([sys.executable, *sys.argv])}")


def one_space(text):
    return re.sub(r"\s+", " ", text).strip()


def accuracy(truth, answer):
    """Grouping accuracy, exact templates, F1 of templates."""
    wanted, given = collections.defaultdict(set), collections.defaultdict(set)
    for line, (true, ours) in enumerate(zip(truth, answer)):
        wanted[true].add(line)
        given[ours].add(line)
    groups = {frozenset(lines) for lines in wanted.values()}
    right = [(text, lines) for text, lines in given.items() if frozenset(lines) in groups]
    exact = sum(one_space(a) == one_space(b) for a, b in zip(truth, answer))
    both = sum(one_space(text) == one_space(truth[min(lines)]) for text, lines in right)
    return (sum(len(lines) for _, lines in right) / len(truth), exact / len(truth),
            2 * both / (len(given) + len(wanted)))


def ours(miner, path):
    done = subprocess.run([miner, "assign", path], capture_output=True, text=True, check=True)
    return done.stdout.split("\n")[:-1]


def ours_speed(miner, path, passes, rounds):
    best = None
    for _ in range(rounds):
        done = subprocess.run([miner, "speed", path, str(passes)], capture_output=True, text=True,
                              check=True)
        lines, size, seconds, _ = done.stdout.split()
        rate = (int(lines) / float(seconds), int(size) / float(seconds) / 2**20)
        best = max(best or rate, rate)
    return best


def load_drain3(folder):
    if folder:
        sys.path.insert(0, folder)
    try:
        from drain3 import TemplateMiner
        from drain3.masking import MaskingInstruction
        from drain3.template_miner_config import TemplateMinerConfig
    except ImportError as error:
        return None, str(error)

    def create():
        """Its defaults with the masks of its own example configuration: one setting for all."""
        config = TemplateMinerConfig()
        config.masking_instructions = [
            MaskingInstruction(r"((?<=[^A-Za-z0-9])|^)(([0-9a-f]{2,}:){3,}([0-9a-f]{2,}))"
                               r"((?=[^A-Za-z0-9])|$)", "*"),
            MaskingInstruction(r"((?<=[^A-Za-z0-9])|^)(\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3})"
                               r"((?=[^A-Za-z0-9])|$)", "*"),
            MaskingInstruction(r"((?<=[^A-Za-z0-9])|^)([0-9a-f]{6,} ?){3,}((?=[^A-Za-z0-9])|$)", "*"),
            MaskingInstruction(r"((?<=[^A-Za-z0-9])|^)(0x[a-f0-9A-F]+)((?=[^A-Za-z0-9])|$)", "*"),
            MaskingInstruction(r"((?<=[^A-Za-z0-9])|^)([\-\+]?\d+)((?=[^A-Za-z0-9])|$)", "*"),
        ]
        config.mask_prefix, config.mask_suffix = "<", ">"
        return TemplateMiner(config=config)

    return create, ""


def drain3_run(create, lines):
    miner = create()
    start = time.process_time()
    clusters = [miner.add_log_message(line)["cluster_id"] for line in lines]
    seconds = time.process_time() - start
    text = {cluster.cluster_id: cluster.get_template() for cluster in miner.drain.clusters}
    return [text[cluster] for cluster in clusters], clusters, seconds


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", default="", help="folder with a folder for every system")
    parser.add_argument("--miner", help="the command mine_logs; default: that of build/release")
    parser.add_argument("--drain3", default="", help="folder that Drain3 was installed to")
    parser.add_argument("--passes", type=int, default=500, help="over 2,000 lines, for the speed")
    parser.add_argument("--rounds", type=int, default=3, help="of which the best counts")
    options = parser.parse_args()
    miner = find_miner(options.miner)
    if not miner:
        print("run.py: mine_logs is not built; ninja mine_logs, or name it with --miner",
              file=sys.stderr)
        return 1
    paths = sorted(glob.glob(os.path.join(options.data, "*", "*_structured_corrected.csv")))
    if not options.data or not paths:
        print("run.py: the labelled logs are absent: no */*_structured_corrected.csv under "
              f"--data {options.data or '(not given)'}; nothing was measured", file=sys.stderr)
        return 1
    machine()
    create, missing = load_drain3(options.drain3)
    print("peer       " + ("Drain3, defaults, masks of its example" if create else
                           f"Drain3 is absent: {missing}"))
    print("measures   grouping accuracy / exact templates (share of lines) / F1 of templates\n")
    print(f"{'system':<12}{'ours':^24}{'Drain3':^24}{'ours, lines/s':>15}{'MiB/s':>8}"
          f"{'Drain3, lines/s':>17}")
    means, peers, everything = [], [], []
    with tempfile.TemporaryDirectory() as folder:
        for path in paths:
            with open(path, newline="", encoding="utf-8") as file:
                rows = list(csv.DictReader(file))
            lines = [row["Content"].replace("\n", " ") for row in rows]
            truth = [row["EventTemplate"] for row in rows]
            everything += lines
            plain = os.path.join(folder, "lines")
            with open(plain, "w", encoding="utf-8") as file:
                file.writelines(line + "\n" for line in lines)
            mine = accuracy(truth, ours(miner, plain))
            means.append(mine)
            rate, size = ours_speed(miner, plain, options.passes, options.rounds)
            theirs, slow = "", ""
            if create:
                texts, clusters, seconds = drain3_run(create, lines)
                grouped = accuracy(truth, [str(cluster) for cluster in clusters])[0]
                peer = (grouped, *accuracy(truth, [t.replace("<:*:>", "<*>") for t in texts])[1:])
                peers.append(peer)
                theirs = "{:.3f} / {:.3f} / {:.3f}".format(*peer)
                slow = f"{len(lines) / seconds:,.0f}"
            print(f"{os.path.basename(os.path.dirname(path)):<12}"
                  f"{'{:.3f} / {:.3f} / {:.3f}'.format(*mine):^24}{theirs:^24}{rate:>15,.0f}"
                  f"{size:>8.0f}{slow:>17}", flush=True)
        plain = os.path.join(folder, "all")
        with open(plain, "w", encoding="utf-8") as file:
            file.writelines(line + "\n" for line in everything)
        rate, size = ours_speed(miner, plain, max(1, options.passes // len(paths)), options.rounds)
        slow = ""
        if create:
            _, _, seconds = drain3_run(create, everything)
            slow = f"{len(everything) / seconds:,.0f}"
    mean = [sum(column) / len(means) for column in zip(*means)]
    peer = ["{:.3f}".format(sum(column) / len(peers)) for column in zip(*peers)]
    print(f"{'mean':<12}{'{:.3f} / {:.3f} / {:.3f}'.format(*mean):^24}{' / '.join(peer):^24}")
    print(f"{'all, mixed':<60}{rate:>15,.0f}{size:>8.0f}{slow:>17}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
