// What the logs of a window say, in bounded memory: how often every template was written by whom,
// when, how severe, with a few of the lines. Ten million records need one pass and about 100 MB at
// most. Any split of the records over several digests gives the same summary after `merge`, until
// a limit is reached; what a limit left out is counted.
#pragma once

#include <array>
#include <string>
#include <unordered_map>
#include <vector>

#include "analysis/hyper_log_log.h"
#include "analysis/logs/template_groups.h"
#include "analysis/logs/trace_steps.h"
#include "analysis/users/tally.h"
#include "core/model/report.h"
#include "core/model/signals.h"

namespace insight::analysis::logs {

struct DigestLimits {
    std::size_t sources = 20'000;  // service and pod
    std::size_t cells = 100'000;   // source and shape
    MinerLimits miner;
};

// One quoted line.
struct Line {
    model::Nanos time = 0;
    int severity = 0;
    std::string severity_text;
    std::string body;  // the first 800 bytes
};

enum Rank : std::uint8_t { Unranked, Debug, Info, Warning, Error, Fatal, kRanks };

struct BucketCount {
    std::uint16_t bucket = 0;
    std::uint32_t lines = 0;
};

// One template of one entity.
struct TemplateCount {
    std::uint32_t text = 0;  // index into LogSummary::templates
    std::uint64_t baseline = 0;
    std::uint64_t window = 0;
    std::array<std::uint64_t, 2> traced{};      // of baseline, of window: with a trace id
    std::array<std::uint32_t, kRanks> ranks{};  // of all lines, in the order of Rank
    std::vector<BucketCount> buckets;           // ascending, those with lines
    model::Nanos first_in_window = 0;           // 0: not in the window
    model::Nanos last_in_window = 0;
    model::Nanos last_in_baseline = 0;
    std::vector<Line> window_lines;    // the earliest ones
    std::vector<Line> baseline_lines;  // the earliest one
    std::string pod;                   // when only one pod wrote it
};

struct EntityLogs {
    model::Entity entity;
    std::size_t pods = 0;
    std::uint64_t baseline = 0;  // lines, stack frames left out
    std::uint64_t window = 0;
    double baseline_traces = 0;  // distinct trace ids, estimated within 7 %; 0: none were given
    double window_traces = 0;
    std::vector<std::uint32_t> buckets;    // lines per bucket
    std::vector<TemplateCount> templates;  // most lines first, then by text
};

// A template that a request wrote at an entity.
struct Step {
    model::Nanos time = 0;     // the first time
    std::uint32_t entity = 0;  // index into LogSummary::entities
    std::uint32_t text = 0;    // index into LogSummary::templates
    std::uint32_t lines = 1;   // how often
};

struct Request {
    std::vector<Step> steps;  // in time
};

struct LogSummary {
    model::Window window;
    std::vector<model::Interval> intervals;        // covered
    std::array<std::vector<Request>, 2> requests;  // a fair sample: of the baseline, of the window
    model::Nanos bucket = 0;                       // width; bucket 0 begins with the baseline
    std::vector<double> covered;  // seconds of each bucket that the source answered for
    double baseline_seconds = 0;  // covered
    double window_seconds = 0;    // covered
    std::vector<Template> templates;
    std::vector<EntityLogs> entities;  // by name
    std::uint64_t lines = 0;
    std::uint64_t bytes = 0;
    std::uint64_t frames = 0;   // single lines of stack traces, which count with their exception
    std::uint64_t outside = 0;  // neither in baseline nor in window
    std::uint64_t coarse = 0;   // met the limit of templates: told apart by their first words only
    std::uint64_t dropped = 0;  // met the limit of sources or cells: counted here and nowhere else

    [[nodiscard]] model::Nanos start_of(std::size_t index) const {
        return window.baseline_start + static_cast<model::Nanos>(index) * bucket;
    }
};

// Threads: one at a time.
class LogDigest {
  public:
    // `covered`: when the source of logs answered; empty: all the time. Unordered is fine.
    explicit LogDigest(const model::Window& window, std::vector<model::Interval> covered = {},
                       DigestLimits limits = {});

    void observe(const model::LogView& record);

    // Adds what the other one saw; both were made with the same arguments.
    void merge(LogDigest&& other);

    [[nodiscard]] LogSummary summary() const;
    [[nodiscard]] std::uint64_t lines() const { return lines_; }
    [[nodiscard]] bool empty() const { return lines_ == 0; }
    // The people that records name, counted.
    [[nodiscard]] const users::Tally& users() const { return users_; }

  private:
    // Trace ids: there are many sources, so each count is small.
    using Distinct = HyperLogLog<256>;
    struct Source {
        model::Entity entity;
        std::string pod;
        std::uint64_t key = 0;
        std::array<std::vector<Distinct>, 2> traces;  // baseline, window; empty without trace ids
    };
    struct Cell {
        std::uint32_t source = 0;
        std::uint32_t shape = 0;
        TemplateCount count;
    };

    std::uint32_t source_of(const model::LogView& record);
    std::uint32_t add_source(Source source);
    Cell* cell_of(std::uint32_t source, std::uint32_t shape);
    void count_trace(const model::LogView& record, bool in_window, std::uint32_t source,
                     std::uint32_t shape);
    void add_requests(LogSummary& out, const std::vector<std::uint32_t>& of_shape) const;

    model::Window window_;
    std::vector<model::Interval> covered_;
    DigestLimits limits_;
    model::Nanos bucket_ = 1;
    std::size_t buckets_ = 1;
    TemplateMiner miner_;
    std::vector<Source> sources_;
    std::unordered_map<std::uint64_t, std::uint32_t> source_by_key_;
    std::vector<Cell> cells_;
    std::vector<std::uint32_t> cell_table_;  // open addressing; index + 1, 0 free
    std::array<TraceSteps, 2> steps_;        // baseline, window
    users::Tally users_;
    std::string flat_;  // reused for records of several lines
    std::uint64_t lines_ = 0, bytes_ = 0, frames_ = 0, outside_ = 0, dropped_ = 0;
};

// The digest of records that are all at hand. Coverage rows whose source is "logs" or begins with
// "logs/" say when logs were asked for.
LogDigest digest_of(const std::vector<model::LogRecord>& records, const model::Window& window,
                    const std::vector<model::CoverageRow>& coverage);

// The intervals of those rows.
std::vector<model::Interval> log_coverage(const std::vector<model::CoverageRow>& coverage);

}  // namespace insight::analysis::logs
