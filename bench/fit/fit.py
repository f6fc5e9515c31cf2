"""Fits the ranking's weights on labelled incidents and writes analysis/ranking/weights.json.

Usage: python3 -m bench.fit [--features DIR_OR_FILES…] [--write]

A conditional logit: each incident is one choice among its candidates and "none of these". The loss
is the negative log-likelihood of a right candidate (of "none" for healthy windows), every dataset
weighing the same, with a ridge pull towards hand-set values, so that a feature nobody exercises
keeps its meaning. Features that are evidence for guilt may not get a negative weight, those against
no positive one.

Cross-validation: every dataset is cut into folds; a fold is predicted by weights that never saw
it, and a second table predicts every dataset by weights fitted on the others alone.
"""

from __future__ import annotations

import argparse
import json
import pathlib
import sys

import numpy

ROOT = pathlib.Path(__file__).resolve().parents[2]
WEIGHTS = ROOT / "analysis" / "ranking" / "weights.json"
FOLDS = 5
RIDGE = 0.004  # pull towards the hand-set value, per incident
AGAINST = {"changeOnly", "behindChange", "explainedBelow", "alertNormal", "afterAlert",
           "recovered", "explainedAway", "seen"}


class Case:
    def __init__(self, line: dict, names: list[str], dataset: str) -> None:
        self.name = line["case"]
        self.dataset = dataset
        candidates = line["candidates"]
        self.features = numpy.array([[c["features"].get(n, 0.0) for n in names] for c in candidates],
                                    dtype=float).reshape(len(candidates), len(names))
        label = line.get("label", {})
        self.healthy = bool(label.get("healthy"))
        # Without a change to blame, everything that is no change is right.
        self.right = numpy.array([bool(c["right"]) or (bool(label.get("noChange")) and "change" not in c)
                                  for c in candidates], dtype=bool)

    @property
    def usable(self) -> bool:
        return self.healthy or self.right.any()


def shares(case: Case, theta: numpy.ndarray) -> numpy.ndarray:
    """Probabilities of the candidates, "none" last."""
    scores = numpy.append(case.features @ theta[:-1], theta[-1])
    scores -= scores.max()
    odds = numpy.exp(scores)
    return odds / odds.sum()


def loss_and_slope(cases, weights, theta, start, ridge):
    loss = 0.0
    slope = numpy.zeros_like(theta)
    for case, weight in zip(cases, weights):
        p = shares(case, theta)
        right = numpy.append(case.right, case.healthy)
        hit = p[right].sum()
        loss -= weight * numpy.log(max(hit, 1e-12))
        target = numpy.where(right, p, 0) / max(hit, 1e-12)
        difference = p - target
        slope[:-1] += weight * (case.features.T @ difference[:-1])
        slope[-1] += weight * difference[-1]
    pull = theta - start
    return loss + ridge * (pull @ pull), slope + 2 * ridge * pull


def fit(cases, names, start, steps=1500):
    """Projected gradient descent with momentum; the loss is convex but for cases with several right ones."""
    sizes = {}
    for case in cases:
        sizes[case.dataset] = sizes.get(case.dataset, 0) + 1
    weights = [1.0 / sizes[case.dataset] ** 0.5 for case in cases]
    total = sum(weights)
    weights = [w * len(cases) / total for w in weights]
    ridge = RIDGE * len(cases)
    low = numpy.array([-numpy.inf if n in AGAINST else 0.0 for n in names] + [-numpy.inf])
    high = numpy.array([0.0 if n in AGAINST else numpy.inf for n in names] + [numpy.inf])
    theta = start.copy()
    first = numpy.zeros_like(theta)
    second = numpy.zeros_like(theta)
    for step in range(1, steps + 1):
        _, slope = loss_and_slope(cases, weights, theta, start, ridge)
        slope /= len(cases)
        first = 0.9 * first + 0.1 * slope
        second = 0.999 * second + 0.001 * slope * slope
        rate = 0.05 / (1 + step / 400)
        theta = theta - rate * (first / (1 - 0.9**step)) / (numpy.sqrt(second / (1 - 0.999**step)) + 1e-8)
        theta = numpy.clip(theta, low, high)
    return theta


def rank_of(case: Case, theta: numpy.ndarray) -> float:
    """Expected rank of the best right candidate under random order of ties; infinite when there is none."""
    if not case.right.any():
        return numpy.inf
    scores = case.features @ theta[:-1]
    best = scores[case.right].max()
    above = int((scores > best).sum())
    ties = int((scores == best).sum())
    ties_right = int(((scores == best) & case.right).sum())
    return above + (ties + 1) / (ties_right + 1)


def accuracy(cases, thetas) -> str:
    ranks = numpy.array([rank_of(c, t) for c, t in zip(cases, thetas) if not c.healthy])
    parts = []
    if len(ranks):
        parts += [f"AC@{k} {numpy.mean(ranks <= k):.3f}" for k in (1, 3, 5)]
        parts.append(f"missing {int(numpy.isinf(ranks).sum())}")
    healthy = [(shares(c, t)[-1] > 0.5) for c, t in zip(cases, thetas) if c.healthy]
    if healthy:
        parts.append(f"quiet {numpy.mean(healthy):.3f} of {len(healthy)}")
    return "  ".join(parts)


def platt(pairs):
    """Slope and intercept of the calibration, towards slope 1 where there is little to learn from."""
    p = numpy.clip(numpy.array([a for a, _ in pairs]), 1e-6, 1 - 1e-6)
    y = numpy.array([float(b) for _, b in pairs])
    x = numpy.log(p / (1 - p))
    slope, intercept = 1.0, 0.0
    for _ in range(4000):
        q = 1 / (1 + numpy.exp(-(slope * x + intercept)))
        slope -= 0.02 * (numpy.mean((q - y) * x) + 0.02 * (slope - 1))
        intercept -= 0.05 * (numpy.mean(q - y) + 0.02 * intercept)
    return float(slope), float(intercept)


def calibration_error(pairs, bins=10) -> float:
    error = 0.0
    for i in range(bins):
        inside = [(p, y) for p, y in pairs if i / bins <= p < (i + 1) / bins or (i == bins - 1 and p == 1)]
        if inside:
            error += len(inside) / len(pairs) * abs(numpy.mean([p for p, _ in inside]) -
                                                    numpy.mean([float(y) for _, y in inside]))
    return error


def top(case: Case, theta: numpy.ndarray):
    p = shares(case, theta)
    if case.healthy:
        return float(p[-1]), bool(p[-1] >= p[:-1].max(initial=0))
    if len(p) == 1:
        return 0.0, False
    first = int(numpy.argmax(p[:-1]))
    return float(p[first]), bool(case.right[first])


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--features", nargs="+", required=True, help="what `devops-insight eval --features` wrote, a file a dataset")
    parser.add_argument("--write", action="store_true", help="replace analysis/ranking/weights.json")
    options = parser.parse_args()

    current = json.loads(WEIGHTS.read_text())
    hand = json.loads((WEIGHTS.parent / "weights_start.json").read_text())
    names = list(hand["weights"])
    start = numpy.array([hand["weights"][n] for n in names] + [hand["none"]])
    cases = []
    for path in options.features:
        dataset = pathlib.Path(path).stem
        with open(path, encoding="utf-8") as lines:
            cases += [Case(json.loads(line), names, dataset) for line in lines if line.strip()]
    usable = [c for c in cases if c.usable]
    datasets = sorted({c.dataset for c in cases})
    print(f"{len(cases)} incidents of {len(datasets)} datasets, {len(usable)} with a right candidate")

    fold_of = {}
    for dataset in datasets:
        members = sorted((c for c in cases if c.dataset == dataset), key=lambda c: c.name)
        for i, case in enumerate(members):
            fold_of[case.name] = i % FOLDS
    by_fold = [fit([c for c in usable if fold_of[c.name] != k], names, start) for k in range(FOLDS)]
    without = {d: fit([c for c in usable if c.dataset != d], names, start) for d in datasets}
    theta = fit(usable, names, start)
    for title, pick in (("hand-set", lambda c: start), ("fitted, seen", lambda c: theta),
                        ("fitted, other folds", lambda c: by_fold[fold_of[c.name]]),
                        ("fitted, other datasets", lambda c: without[c.dataset])):
        print(title)
        for dataset in datasets:
            members = [c for c in cases if c.dataset == dataset]
            print(f"  {dataset:24s} {accuracy(members, [pick(c) for c in members])}")
    pairs = [top(c, by_fold[fold_of[c.name]]) for c in cases]
    slope, intercept = platt(pairs)
    calibrated = [(1 / (1 + numpy.exp(-(slope * numpy.log(max(p, 1e-6) / max(1 - p, 1e-6)) + intercept))), y)
                  for p, y in pairs]
    print(f"calibration: ECE {calibration_error(pairs):.3f} raw, {calibration_error(calibrated):.3f} after "
          f"slope {slope:.2f} intercept {intercept:+.2f}")
    sure = [y for p, y in calibrated if p >= 0.8]
    print(f"given at least 0.8: {len(sure)}, right {sum(sure)}")
    # Rule of three: n right of n leave, with 95 % confidence, an error rate of at most 3 / n.
    most = 1 - max(3, 1.5 * (len(sure) - sum(sure)) + 3) / max(30, len(sure))
    result = {"weights": {n: round(float(v), 3) for n, v in zip(names, theta[:-1])},
              "none": round(float(theta[-1]), 3),
              "calibration": {"slope": round(slope, 3), "intercept": round(intercept, 3),
                              "most": round(most, 3)}}
    if options.write:
        WEIGHTS.write_text(json.dumps(result, indent=1) + "\n")
        print(f"wrote {WEIGHTS.relative_to(ROOT)}")
    else:
        changed = [f"{n} {current['weights'].get(n, 0):+.2f} -> {v:+.2f}" for n, v in result["weights"].items()]
        print("weights: " + ", ".join(changed) + f", none {result['none']:+.2f}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
