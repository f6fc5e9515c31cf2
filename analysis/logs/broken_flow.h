// Requests that stop midway: a line that always followed another one in the same request no longer
// does, or not as often as the other one is written (the second of two statements of a loop that
// say the same is passed over). Compares requests of the same beginning (flow_rules.h), so that a
// different mix of requests, or more of them, is no finding; with a test of significance, and with
// the question who should have spoken next.
#pragma once

#include <optional>
#include <vector>

#include "analysis/logs/log_digest.h"

namespace insight::analysis::logs {

struct BrokenFlow {
    Step before;   // the line after which …  (time unused)
    Step missing;  // … this one is missing
    // Before the trouble, be it in the baseline or in the window.
    std::uint64_t old_requests = 0;
    std::uint64_t old_misses = 0;
    std::uint64_t requests = 0;  // since
    std::uint64_t misses = 0;
    std::uint64_t fewer = 0;  // of the misses: the line was there, but not as often
    double surprise = 0;      // after correction for all pairs compared
    model::Nanos first = 0;   // broken request
    model::Nanos last = 0;
    // Whole requests after the last broken one are so many that it would have broken some of them.
    bool over = false;
    // Broken requests in which the missing line's entity is who should have spoken next after the
    // last line that was heard.
    std::uint64_t own_silence = 0;
    std::uint64_t broken = 0;  // requests in which this entity misses a line
    // Who should have spoken next in most of the others.
    std::optional<std::uint32_t> silent_instead;
};

struct BrokenFlows {
    // The most telling one of each entity that misses a line, and where that one only waits for
    // somebody else, also the one of its own silence.
    std::vector<BrokenFlow> flows;
    std::size_t compared = 0;
};

// `routine[t]`: template t is no error; only the absence of such lines is trouble.
BrokenFlows find_broken_flows(const LogSummary& summary, const std::vector<bool>& routine);

}  // namespace insight::analysis::logs
