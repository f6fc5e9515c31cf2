// How often the interval of the predicted exhaustion holds the truth, and how often a series that
// does not grow is left alone; beside least squares as predict_linear() of Prometheus does it.
// Prints one JSON document. Usage: health_bench [CASES]
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <map>

#include "analysis/health/exhaustion.h"
#include "analysis/statistics.h"
#include "bench/health/seasons.h"
#include "core/base/json.h"

namespace {

using namespace insight;
using base::Json;

struct Answer {
    bool raised = false;
    double at = 0;  // seconds after the last point
    double earliest = 0;
    double latest = 0;
};

Answer ours(const generated::Case& one) {
    const auto trend =
        analysis::health::find_trend(analysis::health::course_of(one.points), {.upward = true});
    if (!trend) return {};
    const auto met = analysis::health::find_exhaustion(*trend, one.limit);
    if (!met) return {};
    const base::Nanos last = one.points.back().time;
    return {true, base::to_seconds(met->at - last), base::to_seconds(met->earliest - last),
            met->latest ? base::to_seconds(*met->latest - last) : 1e18};
}

// predict_linear(): least squares over the range, the line from the last point on. It has no
// interval; the textbook's for independent errors stands in for one.
Answer peer(const generated::Case& one) {
    const auto n = static_cast<double>(one.points.size());
    const base::Nanos last = one.points.back().time;
    double sx = 0;
    double sy = 0;
    double sxx = 0;
    double sxy = 0;
    for (const model::Point& point : one.points) {
        const double x = base::to_seconds(point.time - last);
        sx += x;
        sy += point.value;
        sxx += x * x;
        sxy += x * point.value;
    }
    const double slope = (sxy - sx * sy / n) / (sxx - sx * sx / n);
    const double intercept = sy / n - slope * sx / n;
    double squares = 0;
    for (const model::Point& point : one.points) {
        const double off = point.value - intercept - slope * base::to_seconds(point.time - last);
        squares += off * off;
    }
    const double error = std::sqrt(squares / (n - 2) / (sxx - sx * sx / n));
    const double span = base::to_seconds(last - one.points.front().time);
    Answer out;
    if (slope <= 0) return out;
    out.at = (one.limit - intercept) / slope;
    out.earliest = (one.limit - intercept) / (slope + 1.645 * error);
    out.latest = slope > 1.645 * error ? (one.limit - intercept) / (slope - 1.645 * error) : 1e18;
    out.raised = out.at < 4 * span;  // the usual alert: full within four times the range
    return out;
}

struct Tally {
    int cases = 0;
    int raised = 0;
    int covered = 0;
    std::vector<double> errors;  // of the time to exhaustion, as a share of it
    std::vector<double> widths;

    void add(const Answer& answer, double truth) {
        ++cases;
        if (!answer.raised) return;
        ++raised;
        if (truth <= 0) return;
        if (answer.earliest <= truth && truth <= answer.latest) ++covered;
        errors.push_back(std::abs(answer.at - truth) / truth);
        widths.push_back((answer.latest - answer.earliest) / truth);
    }
    [[nodiscard]] Json json() const {
        const double all = std::max(cases, 1);
        return {{"cases", cases},
                {"raised", raised / all},
                {"covered", covered / all},
                {"medianError", analysis::median(errors)},
                {"medianWidth", analysis::median(widths)}};
    }
};

template <class Make>
Json measure(int cases, const Make& make) {
    std::map<std::string, std::array<Tally, 2>> kinds;
    double seconds = 0;
    for (int i = 0; i < cases; ++i) {
        const generated::Case one = make(static_cast<std::uint64_t>(i));
        const auto begin = std::chrono::steady_clock::now();
        const Answer mine = ours(one);
        seconds += std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
        for (const char* kind : {"all", one.kind.c_str()}) {
            kinds[kind][0].add(mine, one.truth);
            kinds[kind][1].add(peer(one), one.truth);
        }
        if (std::getenv("HEALTH_BENCH_VERBOSE") != nullptr)
            std::fprintf(stderr, "%d %s raised %d truth %.4g at %.4g [%.4g, %.4g]\n", i,
                         one.kind.c_str(), static_cast<int>(mine.raised), one.truth, mine.at,
                         mine.earliest, mine.latest);
    }
    Json out = Json::object();
    for (const auto& [kind, tallies] : kinds)
        out[kind] = {{"ours", tallies[0].json()}, {"leastSquares", tallies[1].json()}};
    out["all"]["ours"]["millisecondsEach"] = seconds * 1000 / cases;
    return out;
}

}  // namespace

int main(int argc, char** argv) {
    const int cases = argc > 1 ? std::max(1, std::atoi(argv[1])) : 500;
    const Json out{{"growing", measure(cases, generated::growing)},
                   {"quiet", measure(cases, generated::quiet)},
                   {"growingShapes", measure(cases, generated::growing_shape)},
                   {"quietShapes", measure(cases, generated::quiet_shape)},
                   {"growingWeeks", measure(cases, generated::growing_week)},
                   {"quietWeeks", measure(cases, generated::quiet_week)}};
    std::printf("%s\n", base::dump_json(out, 1).c_str());
    return 0;
}
