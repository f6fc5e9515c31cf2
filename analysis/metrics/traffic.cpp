#include "analysis/metrics/traffic.h"

#include <algorithm>

#include "analysis/metrics/look.h"
#include "analysis/statistics.h"
#include "core/base/text.h"

namespace insight::analysis::metrics {
namespace {

// Throughput is also bytes, rows or messages; only requests can be waited for and fail, so only
// names that say so count.
bool counts_requests(const Look& look) {
    if (look.meaning.aspect != Aspect::Throughput || look.meaning.view != View::Served)
        return false;
    const std::string words = words_of(look.series->name);
    for (const std::string_view word :
         {"_requests_", "_request_", "_calls_", "_cpm_", "_rps_", "_qps_"})
        if (says(words, word)) return true;
    return look.shape.rate && look.series->name.ends_with("_count");
}

struct Means {
    double now = 0;
    double usual = 0;
    bool known = false;
};

// Mean since trouble began, since all its requests were affected, quiet minutes as well; of the
// baseline the median, since an earlier incident in it is not what is usual.
Means means_of(const Shape& shape, const model::Window& window, model::Nanos since) {
    Means means;
    std::vector<double> before;
    double count = 0;
    for (const model::Point& point : shape.points) {
        if (point.time >= window.baseline_start && point.time <= window.baseline_end)
            before.push_back(point.value);
        else if (point.time >= since && point.time <= window.end) {
            means.now += point.value;
            count += 1;
        }
    }
    if (count == 0) return means;
    means.now /= count;
    means.usual = median(before);
    means.known = true;
    return means;
}

struct Shares {
    double now = 0;
    double usual = 0;
    double count = 0;
};

// Seconds of [from, to] that were recorded.
double covered(const std::vector<model::CoverageRow>& coverage, model::Nanos from,
               model::Nanos to) {
    double seconds = 0;
    bool said = false;
    for (const model::CoverageRow& row : coverage) {
        if (row.source.find("span") == std::string::npos &&
            row.source.find("trace") == std::string::npos)
            continue;
        for (const model::Interval& interval : row.intervals) {
            said = true;
            seconds += std::max(
                0.0, base::to_seconds(std::min(interval.end, to) - std::max(interval.start, from)));
        }
    }
    return said ? seconds : base::to_seconds(to - from);
}

struct Counted {
    double now = 0;
    double failed = 0;
    double before = 0;
    double failed_before = 0;
};

void add_spans(const model::Signals& signals, const model::Window& window, model::Nanos since,
               std::map<std::string, Traffic>& into) {
    std::map<std::string, Counted> counted;
    for (const model::Span& span : signals.spans) {
        // Tracers write server, SERVER and SPAN_KIND_SERVER. A client's span is the same call
        // again.
        const std::string kind = base::one_line(span.kind);
        if (kind.find("erver") == std::string::npos && kind.find("ERVER") == std::string::npos &&
            kind.find("onsumer") == std::string::npos && kind.find("ONSUMER") == std::string::npos)
            continue;
        const std::string entity = entity_of(span.attributes).name;
        if (entity.empty() || into.contains(entity)) continue;
        Counted& count = counted[entity];
        const bool failed = span.status == "error" || span.status == "ERROR" ||
                            span.status == "STATUS_CODE_ERROR" || span.status == "Error";
        if (span.start >= since && span.start <= window.end) {
            count.now += 1;
            count.failed += failed ? 1 : 0;
        } else if (span.start >= window.baseline_start && span.start <= window.baseline_end) {
            count.before += 1;
            count.failed_before += failed ? 1 : 0;
        }
    }
    const double now = covered(signals.coverage, since, window.end);
    const double before = covered(signals.coverage, window.baseline_start, window.baseline_end);
    for (const auto& [entity, count] : counted) {
        if (count.now == 0 || now <= 0) continue;
        Traffic& traffic = into[entity];
        traffic.source = "spans";
        traffic.requests = count.now / now;
        traffic.usual_requests = before > 0 ? count.before / before : 0;
        traffic.failures_known = true;
        traffic.failing = count.failed / count.now;
        traffic.usual_failing = count.before > 0 ? count.failed_before / count.before : 0;
    }
}

}  // namespace

bool counts_again(const model::Series& series) {
    return series.name.starts_with("service_instance_") || series.name.starts_with("endpoint_");
}

double requests_per_second(const Look& look, double value) {
    if (!counts_requests(look)) return -1;
    const std::string words = words_of(look.series->name);
    if (look.shape.rate || look.series->unit.ends_with("/s") || says(words, "_rate_") ||
        says(words, "_rps_") || says(words, "_qps_"))
        return value;
    if (says(words, "_cpm_")) return value / 60;
    // counted anew for each point
    return look.shape.typical_gap > 0 ? value / look.shape.typical_gap : -1;
}

std::map<std::string, Traffic> traffic_of(const model::Signals& signals,
                                          const model::Window& window, model::Nanos since) {
    std::map<std::string, Traffic> out;
    std::map<std::string, Shares> failing;
    std::map<std::string_view, Meaning> meanings;  // many series share a name
    for (const model::Series& series : signals.metrics) {
        if (counts_again(series)) continue;
        Look look;
        look.series = &series;
        const auto [meaning, fresh] = meanings.try_emplace(series.name);
        if (fresh) meaning->second = meaning_of(series.name);
        look.meaning = meaning->second;
        const bool errors =
            look.meaning.view == View::Served &&
            (look.meaning.aspect == Aspect::Errors || look.meaning.aspect == Aspect::Availability);
        if (look.meaning.aspect != Aspect::Throughput && look.meaning.aspect != Aspect::Latency &&
            !errors)
            continue;
        if (look.meaning.aspect == Aspect::Latency && !series.name.ends_with("_count")) continue;
        look.shape = shape_of(series);
        look.entity = entity_of(series.labels, series.name);
        if (look.entity.name.empty()) continue;
        if (look.meaning.aspect == Aspect::Latency && look.shape.rate)
            look.meaning.aspect = Aspect::Throughput;
        const Means means = means_of(look.shape, window, since);
        if (!means.known) continue;
        if (const double now = requests_per_second(look, means.now); now >= 0) {
            Traffic& traffic = out[look.entity.name];
            traffic.source = "metrics";
            traffic.requests += now;
            traffic.usual_requests += requests_per_second(look, means.usual);
        } else if (errors && look.shape.share) {
            // Falling is bad: it is the share that succeeds.
            const bool success = look.meaning.harm == Harm::Down;
            Shares& shares = failing[look.entity.name];
            shares.now += success ? 1 - means.now : means.now;
            shares.usual += success ? 1 - means.usual : means.usual;
            shares.count += 1;
        }
    }
    // A share without a count says nothing about how many people that is.
    for (const auto& [entity, shares] : failing) {
        const auto it = out.find(entity);
        if (it == out.end()) continue;
        it->second.failures_known = true;
        it->second.failing = shares.now / shares.count;
        it->second.usual_failing = shares.usual / shares.count;
    }
    add_spans(signals, window, since, out);
    return out;
}

}  // namespace insight::analysis::metrics
