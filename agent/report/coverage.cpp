#include "agent/report/coverage.h"

#include <fmt/format.h>

#include "agent/report/facts.h"

namespace insight::report {

using base::Json;

namespace {

// Older reports do not say: their rows were all asked.
bool was_asked(const Json& row) {
    return base::flag_at(row, "asked", true);
}

}  // namespace

Coverage coverage_of(const Json& report) {
    Coverage out;
    for (const Json& row : base::array_at(report, "coverage")) {
        const std::string outcome = base::text_at(row, "outcome");
        // Empty is an answer; a truncated one is not the whole one.
        const bool whole = was_asked(row) && (outcome == "answered" || outcome == "empty");
        if (was_asked(row)) ++out.asked;
        (whole ? out.whole : out.others).push_back(&row);
    }
    return out;
}

std::string coverage_words(const Coverage& coverage) {
    if (coverage.asked == 0) return "no source was asked";
    if (coverage.asked == 1 && coverage.whole.size() == 1) return "the one request was answered";
    if (coverage.whole.size() == coverage.asked)
        return fmt::format("all {} requests were answered", coverage.asked);
    return fmt::format("{} of {} requests were answered in full", coverage.whole.size(),
                       coverage.asked);
}

std::string answer_words(const Json& row) {
    return was_asked(row) ? outcome_words(base::text_at(row, "outcome")) : "not asked";
}

}  // namespace insight::report
