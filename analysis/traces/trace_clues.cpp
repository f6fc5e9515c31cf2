#include "analysis/traces/trace_clues.h"

#include <algorithm>
#include <map>

#include "analysis/late_alert.h"
#include "analysis/traces/draft.h"

namespace insight::analysis::traces {
namespace {

constexpr std::size_t kMostPerEntity = 3;  // of one kind
constexpr std::size_t kMostOfAll = 60;
constexpr double kEnoughBaseline = 45;  // covered seconds that are left to compare with
// Covered seconds: with fewer, what is odd may be found, but "nothing is" means nothing.
constexpr double kWorthComparing = 30;
constexpr model::Nanos kSilence = base::kMinute;  // a longer one is not covered, where nobody says

struct Covered {
    double before = 0, within = 0;
};

double overlap(const model::Interval& interval, model::Nanos from, model::Nanos to) {
    return base::to_seconds(
        std::max<model::Nanos>(0, std::min(interval.end, to) - std::max(interval.start, from)));
}

std::vector<model::Interval> covered_intervals(const model::Signals& signals) {
    for (const model::CoverageRow& row : signals.coverage)
        if ((row.source == "spans" || row.source.ends_with("/spans")) && !row.intervals.empty())
            return row.intervals;
    std::vector<model::Nanos> starts;
    for (const model::Span& span : signals.spans) starts.push_back(span.start);
    std::sort(starts.begin(), starts.end());
    std::vector<model::Interval> found;
    for (const model::Nanos start : starts) {
        if (found.empty() || start - found.back().end > kSilence)
            found.push_back({start, start});
        else
            found.back().end = start;
    }
    return found;
}

Covered covered(const std::vector<model::Interval>& intervals, const model::Window& window) {
    Covered out;
    for (const model::Interval& interval : intervals) {
        out.before += overlap(interval, window.baseline_start, window.start);
        out.within += overlap(interval, window.start, window.end);
    }
    return out;
}

// A baseline that holds the beginning of the trouble hides it. So the last minutes before the
// window are looked at as part of it, where enough of the baseline is left: from the earliest end
// of a covered interval, or kLateAlert before, that leaves kEnoughBaseline.
model::Window with_late_alert(const std::vector<model::Interval>& intervals, model::Window window) {
    window.start = first_looked_at(window);
    const model::Nanos earliest = window.start - kLateAlert;
    std::vector<model::Nanos> starts{earliest};
    for (const model::Interval& interval : intervals)
        if (interval.end > earliest && interval.end < window.start) starts.push_back(interval.end);
    std::sort(starts.begin(), starts.end());
    for (const model::Nanos start : starts) {
        model::Window longer = window;
        longer.start = start;
        if (covered(intervals, longer).before >= kEnoughBaseline) return longer;
    }
    return window;
}

}  // namespace

void find_trace_clues(const Sight& sight, Detection& into) {
    find_trace_clues(sight.incident.window, sight.signals, into);
}

void find_trace_clues(const model::Window& planned, const model::Signals& signals,
                      Detection& into) {
    if (signals.spans.empty() || planned.end <= planned.start) return;
    const std::vector<model::Interval> intervals = covered_intervals(signals);
    const model::Window window = with_late_alert(intervals, planned);
    const SpanForest forest(signals.spans);
    const Measures measures(forest, window);
    const Covered seconds = covered(intervals, window);
    const Traces traces{forest, measures, window, seconds.before, seconds.within};
    std::vector<Draft> drafts;
    std::size_t examined = 0;
    for (const auto find : {find_slow, find_failing, find_reshaped, find_throughput})
        examined += find(traces, drafts);
    if (examined > 0 && seconds.before >= kWorthComparing) into.examined["traces"] = examined;
    std::stable_sort(drafts.begin(), drafts.end(), [](const Draft& a, const Draft& b) {
        return a.finding.surprise > b.finding.surprise;
    });
    std::map<std::pair<model::Entity, std::string>, std::size_t> shown;
    std::size_t kept = 0;
    for (Draft& draft : drafts) {
        if (kept >= kMostOfAll) break;
        if (draft.finding.clue.entity.name.empty()) continue;
        if (shown[{draft.finding.clue.entity, draft.finding.clue.kind}]++ >= kMostPerEntity)
            continue;
        draft.finding.clue.evidence = {into.evidence.add(std::move(draft.evidence))};
        into.findings.push_back(std::move(draft.finding));
        ++kept;
    }
}

}  // namespace insight::analysis::traces
