#include <fmt/format.h>

#include "agent/evaluation/position.h"
#include "agent/evaluation/score.h"
#include "agent/evaluation/summary.h"
#include "core/base/text.h"

namespace insight::evaluation {
namespace {

std::string number(std::size_t cases, double value) {
    return cases == 0 ? "   – " : fmt::format("{:5.3f}", value);
}

std::string line(const std::string& name, const Scores& scores) {
    const Accuracy& all = scores.all;
    return fmt::format("{:34} {:5} {} {} {} {} {} {} {} {:8.3f}\n", base::shorten(name, 34),
                       all.cases, number(all.cases, all.ac[0]), number(all.cases, all.ac[2]),
                       number(all.cases, all.ac[4]), number(all.cases, all.avg5),
                       number(all.cases, all.mrr), number(scores.first.count, scores.first.brier),
                       number(scores.first.count, scores.first.ece), scores.seconds_per_case);
}

std::string baseline(const std::string& name, const Accuracy& all) {
    return fmt::format("{:34} {:5} {} {} {} {} {}\n", name, all.cases, number(all.cases, all.ac[0]),
                       number(all.cases, all.ac[2]), number(all.cases, all.ac[4]),
                       number(all.cases, all.avg5), number(all.cases, all.mrr));
}

std::string part(const std::string& what, std::size_t right, std::size_t count) {
    if (count == 0) return {};
    const Bounds bounds = wilson(static_cast<double>(right), static_cast<double>(count));
    return fmt::format("{}: {} of {} ({:.2f}, 95 % interval {:.2f} to {:.2f})\n", what, right,
                       count, static_cast<double>(right) / static_cast<double>(count), bounds.low,
                       bounds.high);
}

}  // namespace

std::string to_text(const Evaluation& evaluation) {
    std::vector<const Outcome*> all;
    for (const Outcome& outcome : evaluation.outcomes) all.push_back(&outcome);
    const Scores scores = score(all);
    std::string out =
        fmt::format("onset {}\n{:34} {:>5} {:>5} {:>5} {:>5} {:>5} {:>5} {:>5} {:>5} {:>8}\n",
                    name(evaluation.onset), "", "cases", "AC@1", "AC@3", "AC@5", "Avg@5", "MRR",
                    "Brier", "ECE", "s/case");
    for (const auto& [group, outcomes] : by_group(evaluation.outcomes))
        out += line(group, score(outcomes));
    out += line("all", scores);
    out += baseline("mean over services", scores.by_service);
    out += baseline("mean over kinds of fault", scores.by_fault);
    // What always naming the most frequent culprit of the data set would score: an engine that does
    // not beat it has learned nothing from the signals.
    out += baseline("prior only, without looking", scores.prior);
    out += "\n";
    const Accuracy& first = scores.all;
    const Bounds bounds =
        wilson(first.ac[0] * static_cast<double>(first.cases), static_cast<double>(first.cases));
    out += fmt::format("AC@1 95 % interval {:.2f} to {:.2f}\n", bounds.low, bounds.high);
    out += part("nothing wrong, rightly", scores.healthy.right, scores.healthy.count);
    out += part("no change blamed, rightly", scores.no_change.right, scores.no_change.count);
    out += part("right of the causes given at least 0.8", scores.high.right, scores.high.count);
    for (const Bin& bin : scores.first.bins)
        out += fmt::format("stated {:.1f} to {:.1f}: {:3} times, {:.2f} on average, {:.2f} right\n",
                           bin.from, bin.to, bin.count, bin.stated, bin.right);
    for (const auto& [kind, verdicts] : scores.verdicts)
        for (const auto& [verdict, count] : verdicts)
            out += fmt::format("{:8} → {:20} {}\n", kind, verdict, count);
    out += fmt::format("reading {:.3f} s, engine {:.3f} s a case; peak memory {:.0f} MB\n",
                       scores.read_seconds_per_case, scores.engine_seconds_per_case,
                       evaluation.peak_megabytes);
    for (const Outcome& outcome : evaluation.outcomes)
        if (!outcome.failed.empty())
            out += fmt::format("failed: {}: {}\n", outcome.label.snapshot, outcome.failed);
    if (scores.skipped > 0)
        out += fmt::format("{} cases have no labelled onset and were left out\n", scores.skipped);
    return out;
}

}  // namespace insight::evaluation
