#include "analysis/logs/judged.h"

#include <array>
#include <cmath>

#include "analysis/logs/line_meaning.h"
#include "analysis/statistics.h"

namespace insight::analysis::logs {
namespace {

constexpr double kChatty = 2;
constexpr double kUsualClump = 1.5;
constexpr double kFewRequests = 10;  // too few to compare rates by

// When the line could have been written: during requests where it says in either part that it was,
// and either part saw enough of them; in covered seconds otherwise.
struct Exposure {
    double before = 0;
    double now = 0;
    bool requests = false;
};

// A line that names no request is written without one, or its requests cannot be counted.
bool of_requests(const TemplateCount& count) {
    return 2 * count.traced[0] >= count.baseline && 2 * count.traced[1] >= count.window;
}

Exposure exposure_of(const LogSummary& summary, const EntityLogs& entity,
                     const TemplateCount& count) {
    const bool few = entity.window_traces < kFewRequests && entity.baseline_traces < kFewRequests;
    if (few || !of_requests(count))
        return {summary.baseline_seconds, summary.window_seconds, false};
    return {entity.baseline_traces, entity.window_traces, true};
}

// Routine lines per second of every entity, window over baseline.
std::vector<double> more_routine_lines(const LogSummary& summary, const std::vector<Judged>& all) {
    std::vector<double> before(summary.entities.size(), 0.5), now = before;
    for (const Judged& judged : all) {
        if (judged.bad >= kBad) continue;
        const TemplateCount& count = summary.entities[judged.entity].templates[judged.index];
        before[judged.entity] += static_cast<double>(count.baseline);
        now[judged.entity] += static_cast<double>(count.window);
    }
    for (std::size_t i = 0; i < now.size(); ++i)
        now[i] = now[i] / summary.window_seconds * summary.baseline_seconds / before[i];
    return now;
}

}  // namespace

Judgements judge_templates(const LogSummary& summary) {
    Judgements out;
    std::vector<double> sizes;
    for (std::size_t e = 0; e < summary.entities.size(); ++e) {
        const EntityLogs& entity = summary.entities[e];
        for (std::size_t t = 0; t < entity.templates.size(); ++t) {
            const TemplateCount& count = entity.templates[t];
            Judged judged{e, t, 0, {}};
            const Line* const line = !count.window_lines.empty()     ? &count.window_lines.front()
                                     : !count.baseline_lines.empty() ? &count.baseline_lines.front()
                                                                     : nullptr;
            if (line == nullptr) continue;
            judged.bad = badness(count, line->body);
            out.bad_count += judged.bad >= kBad ? 1 : 0;
            out.all.push_back(judged);
        }
    }
    // How often a bad line is usual, per request and per second, over all entities: what one
    // entity's short baseline cannot tell (empirical Bayes: Robbins, 1956).
    std::array<double, 2> bad_lines{0.5, 0.5}, bad_exposure{};
    for (const Judged& judged : out.all) {
        if (judged.bad < kBad) continue;
        const EntityLogs& entity = summary.entities[judged.entity];
        const TemplateCount& count = entity.templates[judged.index];
        const Exposure exposure = exposure_of(summary, entity, count);
        const std::size_t unit = exposure.requests ? 1 : 0;
        // One chatty warning must not make all errors usual.
        bad_lines[unit] += std::min(kChatty, static_cast<double>(count.baseline));
        bad_exposure[unit] += exposure.before;
    }
    const std::vector<double> busier = more_routine_lines(summary, out.all);
    for (Judged& judged : out.all) {
        const EntityLogs& entity = summary.entities[judged.entity];
        const TemplateCount& count = entity.templates[judged.index];
        const Exposure exposure = exposure_of(summary, entity, count);
        const std::size_t unit = exposure.requests ? 1 : 0;
        const auto old_lines = static_cast<double>(count.baseline);
        double before = exposure.before;
        double now = exposure.now;
        if (judged.bad >= kBad) {
            // More work brings more errors; only routine lines tell how much more.
            if (!exposure.requests) now *= std::max(1.0, busier[judged.entity]);
            // The test takes half a line for granted (log_tests.h). With this much exposure, that
            // half line is as rare as bad lines usually are.
            if (old_lines <= kChatty) before += 0.5 * bad_exposure[unit] / bad_lines[unit];
        }
        judged.change =
            change_of(old_lines, static_cast<double>(count.window), now / std::max(before, 1.0),
                      clump_of(summary, count.buckets, kUsualClump));
        judged.change.expected = old_lines * exposure.now / std::max(exposure.before, 1.0);
        if (judged.bad < kBad && count.baseline + count.window >= 10)
            sizes.push_back(std::abs(judged.change.z));
    }
    // The median of |z| is 0.6745 where nothing changed.
    if (sizes.size() >= 10) out.inflation = std::max(1.0, median(sizes) / 0.6745);
    return out;
}

}  // namespace insight::analysis::logs
