#include "analysis/logs/log_digest.h"

#include <algorithm>
#include <map>

#include "analysis/entity.h"
#include "analysis/hash.h"
#include "analysis/late_alert.h"
#include "analysis/logs/line_counts.h"
#include "analysis/logs/stack_trace.h"
#include "analysis/users/log_users.h"

namespace insight::analysis::logs {
namespace {

using model::Nanos;

constexpr Nanos kSecond = 1'000'000'000;
constexpr Nanos kWindowBuckets = 60;
constexpr Nanos kBuckets = 600;

// OpenTelemetry's severity numbers: four each of trace, debug, info, warn, error and fatal.
Rank rank_of(int severity) {
    if (severity <= 0) return Unranked;
    if (severity <= 8) return Debug;
    if (severity <= 12) return Info;
    if (severity <= 16) return Warning;
    return severity <= 20 ? Error : Fatal;
}

}  // namespace

LogDigest::LogDigest(const model::Window& window, std::vector<model::Interval> covered,
                     DigestLimits limits)
    : window_(window),
      covered_(std::move(covered)),
      limits_(limits),
      miner_(limits.miner),
      cell_table_(4096) {
    window_.start = first_looked_at(window_);
    const Nanos length = std::max<Nanos>(window_.end - window_.start, 1);
    const Nanos total = std::max<Nanos>(window_.end - window_.baseline_start, 1);
    // Whole seconds, so that people can read them.
    bucket_ = std::max({(length + kWindowBuckets - 1) / kWindowBuckets,
                        (total + kBuckets - 1) / kBuckets, kSecond});
    bucket_ = (bucket_ + kSecond - 1) / kSecond * kSecond;
    buckets_ = static_cast<std::size_t>(total / bucket_) + 1;
}

std::uint32_t LogDigest::add_source(Source source) {
    const auto index = static_cast<std::uint32_t>(sources_.size());
    source_by_key_.emplace(source.key, index);
    sources_.push_back(std::move(source));
    return index;
}

// The labels by which entity_of names services and pods; none is longer than 12 bytes. The rest of
// the attributes must not cost anything.
constexpr std::array<std::string_view, 7> kKeys{"service.name", "service",  "app", "k8s.pod.name",
                                                "pod",          "instance", "job"};

// Where none of those names anybody, the machine itself speaks.
constexpr std::array<std::string_view, 3> kNodeKeys{"k8s.node.name", "node", "host.name"};

std::uint32_t LogDigest::source_of(const model::LogView& record) {
    std::uint64_t key = 0;
    for (const auto& [name, value] : record.attributes) {
        if (name.size() > 12) continue;
        const auto at = std::find(kKeys.begin(), kKeys.end(), name);
        // Attributes come in any order, so their hashes are added up.
        if (at != kKeys.end())
            key += finish_hash(hash_of(
                value, 0xcbf29ce484222325 + static_cast<std::uint64_t>(at - kKeys.begin() + 1)));
    }
    const bool of_node = key == 0;
    if (of_node)
        for (const auto& [name, value] : record.attributes)
            if (const auto at = std::find(kNodeKeys.begin(), kNodeKeys.end(), name);
                at != kNodeKeys.end())
                key +=
                    finish_hash(hash_of(value, 0x9e3779b97f4a7c15 + static_cast<std::uint64_t>(
                                                                        at - kNodeKeys.begin())));
    if (const auto it = source_by_key_.find(key); it != source_by_key_.end()) return it->second;
    if (sources_.size() >= limits_.sources) return static_cast<std::uint32_t>(limits_.sources);
    model::Labels labels;
    for (const auto& [name, value] : record.attributes)
        if (of_node ? std::find(kNodeKeys.begin(), kNodeKeys.end(), name) != kNodeKeys.end()
                    : std::find(kKeys.begin(), kKeys.end(), name) != kKeys.end())
            labels.emplace(name, value.substr(0, 256));
    Source source;
    source.entity = entity_of(labels);
    source.key = key;
    if (const auto pod = labels.find("k8s.pod.name"); pod != labels.end())
        source.pod = pod->second;
    else if (const auto other = labels.find("pod"); other != labels.end())
        source.pod = other->second;
    return add_source(std::move(source));
}

// The pointer holds until the next call; nullptr at the limit.
LogDigest::Cell* LogDigest::cell_of(std::uint32_t source, std::uint32_t shape) {
    if ((cells_.size() + 1) * 2 > cell_table_.size()) {
        std::vector<std::uint32_t> bigger(cell_table_.size() * 2);
        const std::size_t mask = bigger.size() - 1;
        for (std::uint32_t i = 0; i < cells_.size(); ++i) {
            std::size_t at =
                finish_hash(std::uint64_t{cells_[i].source} << 32U | cells_[i].shape) & mask;
            while (bigger[at] != 0) at = (at + 1) & mask;
            bigger[at] = i + 1;
        }
        cell_table_.swap(bigger);
    }
    const std::size_t mask = cell_table_.size() - 1;
    std::size_t at = finish_hash(std::uint64_t{source} << 32U | shape) & mask;
    while (cell_table_[at] != 0) {
        Cell& cell = cells_[cell_table_[at] - 1];
        if (cell.source == source && cell.shape == shape) return &cell;
        at = (at + 1) & mask;
    }
    if (cells_.size() >= limits_.cells) return nullptr;
    cells_.push_back({source, shape, {}});
    cell_table_[at] = static_cast<std::uint32_t>(cells_.size());
    return &cells_.back();
}

void LogDigest::count_trace(const model::LogView& record, bool in_window, std::uint32_t source,
                            std::uint32_t shape) {
    const std::size_t part = in_window ? 1 : 0;
    std::vector<Distinct>& distinct = sources_[source].traces[part];
    if (distinct.empty()) distinct.emplace_back();
    const std::uint64_t hash = finish_hash(hash_of(record.trace_id));
    distinct.front().add(hash);
    steps_[part].add(hash, {record.time, source, shape});
}

void LogDigest::observe(const model::LogView& record) {
    ++lines_;
    bytes_ += record.body.size();
    const bool in_window = record.time >= window_.start && record.time <= window_.end;
    const bool in_baseline =
        record.time >= window_.baseline_start && record.time < window_.baseline_end;
    if (!in_window && !in_baseline) {
        ++outside_;
        return;
    }
    users::count(record, in_window ? users::Phase::Now : users::Phase::Before, users_);
    std::string_view body = record.body;
    if (body.find('\n') != std::string_view::npos) {
        flatten(body, flat_);
        body = flat_;
    } else if (is_stack_frame(body)) {
        ++frames_;
        return;
    }
    const std::uint32_t source = source_of(record);
    if (source >= limits_.sources) {
        ++dropped_;
        return;
    }
    const std::uint32_t shape = miner_.add(body);
    Cell* const cell = cell_of(source, shape);
    if (cell == nullptr) {
        ++dropped_;
        return;
    }
    TemplateCount& count = cell->count;
    if (!record.trace_id.empty()) {
        count_trace(record, in_window, source, shape);
        ++count.traced[in_window ? 1 : 0];
    }
    ++count.ranks[rank_of(record.severity)];
    count_bucket(count.buckets,
                 static_cast<std::uint16_t>((record.time - window_.baseline_start) / bucket_), 1);
    if (in_window) {
        ++count.window;
        if (count.first_in_window == 0 || record.time < count.first_in_window)
            count.first_in_window = record.time;
        count.last_in_window = std::max(count.last_in_window, record.time);
        keep_earliest(count.window_lines, record, kWindowLines);
    } else {
        ++count.baseline;
        count.last_in_baseline = std::max(count.last_in_baseline, record.time);
        keep_earliest(count.baseline_lines, record, kBaselineLines);
    }
}

void LogDigest::merge(LogDigest&& other) {
    lines_ += other.lines_;
    bytes_ += other.bytes_;
    frames_ += other.frames_;
    outside_ += other.outside_;
    dropped_ += other.dropped_;
    users_.merge(other.users_);
    const std::vector<std::uint32_t> shapes = miner_.merge(other.miner_);
    std::vector<std::uint32_t> sources;
    for (Source& theirs : other.sources_) {
        const auto known = source_by_key_.find(theirs.key);
        if (known == source_by_key_.end()) {
            // At the limit an index that no source has: its lines are dropped below.
            const bool full = sources_.size() >= limits_.sources;
            sources.push_back(full ? static_cast<std::uint32_t>(limits_.sources)
                                   : add_source(std::move(theirs)));
            continue;
        }
        sources.push_back(known->second);
        for (std::size_t part = 0; part < 2; ++part) {
            std::vector<Distinct>& ours = sources_[known->second].traces[part];
            if (theirs.traces[part].empty()) continue;
            if (ours.empty()) ours.emplace_back();
            ours.front().merge(theirs.traces[part].front());
        }
    }
    for (std::size_t part = 0; part < steps_.size(); ++part)
        steps_[part].merge(other.steps_[part], sources, shapes);
    for (Cell& theirs : other.cells_) {
        const std::uint32_t source = sources[theirs.source];
        Cell* const cell =
            source < limits_.sources ? cell_of(source, shapes[theirs.shape]) : nullptr;
        if (cell == nullptr)
            dropped_ += theirs.count.baseline + theirs.count.window;
        else
            merge_counts(cell->count, std::move(theirs.count));
    }
}

std::vector<model::Interval> log_coverage(const std::vector<model::CoverageRow>& coverage) {
    std::vector<model::Interval> out;
    for (const model::CoverageRow& row : coverage)
        if (row.source == "logs" || row.source.starts_with("logs/"))
            out.insert(out.end(), row.intervals.begin(), row.intervals.end());
    return out;
}

LogDigest digest_of(const std::vector<model::LogRecord>& records, const model::Window& window,
                    const std::vector<model::CoverageRow>& coverage) {
    LogDigest digest(window, log_coverage(coverage));
    std::vector<std::pair<std::string_view, std::string_view>> attributes;
    for (const model::LogRecord& record : records) {
        attributes.assign(record.attributes.begin(), record.attributes.end());
        digest.observe({record.time, record.severity, record.severity_text, record.body,
                        record.trace_id, record.span_id, attributes});
    }
    return digest;
}

}  // namespace insight::analysis::logs
