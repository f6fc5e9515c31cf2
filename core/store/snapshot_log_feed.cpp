#include "core/store/snapshot_log_feed.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "core/base/text.h"

namespace insight::store {
namespace {

constexpr std::size_t kBatchBytes = 1U << 20;
constexpr std::size_t kWaiting = 4;  // batches a part
constexpr std::size_t kMentions = 100;
constexpr std::array<std::string_view, 7> kKeys{"time",    "severity", "severityText", "body",
                                                "traceId", "spanId",   "attributes"};

}  // namespace

bool blank(std::string_view text) {
    return text.find_first_not_of(" \t\r\n") == std::string_view::npos;
}

base::Result<base::Json> read_line(std::string_view line, bool& repaired) {
    auto value = base::parse_json(line, "it");
    if (value || value.error().kind != base::ErrorKind::Invalid) return value;
    const std::string clean = base::clean_utf8(line);
    // What was dropped or replaced must have been more than the control characters of a line end.
    if (clean.find("\xef\xbf\xbd") == std::string::npos) return value;
    auto again = base::parse_json(clean, "it");
    if (!again) return value;
    repaired = true;
    return again;
}

LogFeed::~LogFeed() {
    {
        const std::scoped_lock lock(mutex_);
        ended_ = true;
        // Reading was given up: nobody wants what is left.
        for (Part& part : parts_) part.waiting.clear();
    }
    more_.notify_all();
    for (std::thread& thread : threads_)
        if (thread.joinable()) thread.join();
}

base::Status LogFeed::push(std::string_view bytes) {
    while (!bytes.empty()) {
        const std::size_t end = bytes.find('\n');
        const std::string_view piece = bytes.substr(0, end);
        // Before it is kept: a line without an end would otherwise fill the memory.
        if (batch_.bytes.size() - line_start_ + piece.size() > line_limit_)
            return base::fail(base::ErrorKind::TooLarge,
                              fmt::format("logs.ndjson line {} is longer than the {} bytes allowed",
                                          line_number_, line_limit_));
        if (batch_.bytes.capacity() < kBatchBytes)
            batch_.bytes.reserve(kBatchBytes + kBatchBytes / 4);
        batch_.bytes += piece;
        if (end == std::string_view::npos) return {};
        const std::string_view line = std::string_view(batch_.bytes).substr(line_start_);
        const bool counts = !blank(line);
        batch_.bytes += '\n';
        line_start_ = batch_.bytes.size();
        ++line_number_;
        records_ += counts ? 1 : 0;
        const bool run_ends = counts && records_ % kLogRun == 0;
        // A batch never has records of two parts.
        if (run_ends || batch_.bytes.size() >= kBatchBytes) flush();
        if (run_ends) part_now_ = (part_now_ + 1) % kLogParts;
        bytes.remove_prefix(end + 1);
    }
    return {};
}

void LogFeed::flush() {
    Batch full = std::move(batch_);
    batch_ = {};
    batch_.first_line = line_number_;
    line_start_ = 0;
    if (full.bytes.empty()) return;
    full.bytes.reserve(full.bytes.size() + kLinePadding);
    std::unique_lock lock(mutex_);
    Part& part = parts_[part_now_];
    // Whoever reads the file waits here, so that only a few batches are in memory.
    room_.wait(lock, [&] { return part.waiting.size() < kWaiting; });
    part.waiting.push_back(std::move(full));
    // The first batch waits for a second one; a small file has none, and finish() reads it.
    if (threads_.empty() && !std::exchange(more_than_one_, true)) return;
    if (threads_.empty()) start();
    more_.notify_all();
}

void LogFeed::start() {
    for (std::size_t part = 0; part < kLogParts; ++part)
        threads_.emplace_back([this, part] { work(part); });
}

void LogFeed::work(std::size_t part) {
    SnapshotLines lines;
    for (;;) {
        Batch batch;
        {
            std::unique_lock lock(mutex_);
            more_.wait(lock, [&] { return ended_ || !parts_[part].waiting.empty(); });
            if (parts_[part].waiting.empty()) return;
            batch = std::move(parts_[part].waiting.front());
            parts_[part].waiting.pop_front();
        }
        room_.notify_all();
        read(part, batch, lines);
    }
}

void LogFeed::read(std::size_t part, const Batch& batch, SnapshotLines& lines) {
    Part& own = parts_[part];
    std::string_view rest = batch.bytes;
    model::LogView view;
    for (std::int64_t number = batch.first_line; !rest.empty(); ++number) {
        const std::size_t end = std::min(rest.find('\n'), rest.size());
        const std::string_view line = rest.substr(0, end);
        rest.remove_prefix(std::min(end + 1, rest.size()));
        // Batches are still taken, so that push() does not wait for ever.
        if (own.wrong) return;
        if (blank(line)) continue;
        if (!lines.log(line, view)) {
            read_slowly(part, line, number);
            continue;
        }
        ++own.records;
        for (const std::string_view key : lines.unknown_keys()) mention(own, number, key);
        sink_.take(part, view);
    }
}

void LogFeed::read_slowly(std::size_t part, std::string_view line, std::int64_t number) {
    Part& own = parts_[part];
    const auto value = read_line(line, own.repaired);
    if (!value) {
        own.wrong = Wrong{number, value.error()};
        return;
    }
    const auto record = model::log_record_from_json(*value);
    if (!record) {
        own.wrong = Wrong{number, record.error()};
        return;
    }
    for (const auto& [key, ignored] : value->items())
        if (std::find(kKeys.begin(), kKeys.end(), key) == kKeys.end()) mention(own, number, key);
    const std::vector<std::pair<std::string_view, std::string_view>> attributes(
        record->attributes.begin(), record->attributes.end());
    ++own.records;
    sink_.take(part, {record->time, record->severity, record->severity_text, record->body,
                      record->trace_id, record->span_id, attributes});
}

void LogFeed::mention(Part& part, std::int64_t line, std::string_view key) {
    if (part.mentions.size() >= kMentions ||
        std::any_of(part.mentions.begin(), part.mentions.end(),
                    [&](const Mention& other) { return other.key == key; }))
        return;
    part.mentions.push_back({line, std::string(key)});
}

base::Result<LogFeed::Result> LogFeed::finish() {
    if (batch_.bytes.size() > line_start_) {
        auto ended = push("\n");
        if (!ended) return base::fail(ended.error());
    }
    flush();
    if (threads_.empty()) {
        SnapshotLines lines;
        for (std::size_t part = 0; part < kLogParts; ++part)
            for (const Batch& batch : parts_[part].waiting) read(part, batch, lines);
    } else {
        {
            const std::scoped_lock lock(mutex_);
            ended_ = true;
        }
        more_.notify_all();
        for (std::thread& thread : threads_) thread.join();
        threads_.clear();
    }
    Result out;
    std::vector<Mention> mentions;
    for (Part& part : parts_) {
        out.records += part.records;
        out.repaired |= part.repaired;
        // As if one thread had read from the top: the error does not depend on which came first.
        if (part.wrong && (!out.wrong || part.wrong->line < out.wrong->line))
            out.wrong = part.wrong;
        mentions.insert(mentions.end(), part.mentions.begin(), part.mentions.end());
    }
    std::stable_sort(mentions.begin(), mentions.end(),
                     [](const Mention& a, const Mention& b) { return a.line < b.line; });
    for (const Mention& one : mentions)
        if (std::find(out.unknown_keys.begin(), out.unknown_keys.end(), one.key) ==
            out.unknown_keys.end())
            out.unknown_keys.push_back(one.key);
    return out;
}

}  // namespace insight::store
