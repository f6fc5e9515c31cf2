#include "collectors/coverage.h"

#include "core/base/redaction/entrance.h"
#include "core/base/text.h"

namespace insight::collectors {

model::Outcome outcome_of(base::ErrorKind kind) {
    switch (kind) {
        case base::ErrorKind::Denied:
            return model::Outcome::Denied;
        case base::ErrorKind::Timeout:
            return model::Outcome::TimedOut;
        case base::ErrorKind::TooLarge:
            return model::Outcome::Truncated;
        default:
            return model::Outcome::Failed;
    }
}

void Coverage::add(std::string_view query, model::Outcome outcome, std::size_t count,
                   const std::string& note) {
    model::CoverageRow row;
    row.source = source_;
    row.outcome = outcome;
    row.count = static_cast<std::int64_t>(count);
    row.intervals = intervals_;
    row.note = shown(note, 600);
    row.query = shown(query, 600);
    rows_.push_back(std::move(row));
}

void Coverage::answered(std::string_view query, std::size_t count, const std::string& note) {
    add(query, count == 0 ? model::Outcome::Empty : model::Outcome::Answered, count, note);
}

void Coverage::truncated(std::string_view query, std::size_t count, const std::string& note) {
    add(query, model::Outcome::Truncated, count, note);
}

void Coverage::failed(std::string_view query, const base::Error& error) {
    add(query, outcome_of(error.kind), 0, error.text());
}

void Coverage::skipped(std::string_view query, model::Outcome outcome, const std::string& note) {
    add(query, outcome, 0, note);
}

std::vector<model::Interval> intervals_of(const model::Window& window) {
    // Touching parts are told as one.
    if (window.baseline_start >= window.baseline_end) return {{window.start, window.end}};
    if (window.baseline_end >= window.start) return {{window.baseline_start, window.end}};
    return {{window.baseline_start, window.baseline_end}, {window.start, window.end}};
}

void clean(base::Json& value, std::size_t bytes) {
    if (value.is_string()) {
        value = base::shorten(base::clean_utf8(value.get_ref<const std::string&>()), bytes);
    } else if (value.is_structured()) {
        for (auto& item : value) clean(item, bytes);
    }
}

std::string shown(std::string_view text, std::size_t bytes) {
    // Veiling costs time in the length of the text: nothing beyond the cut needs it, but a
    // secret that the cut would split must still be recognised whole.
    const std::string head = base::one_line(base::clean_utf8(text.substr(0, bytes * 4)));
    return base::shorten(base::veiled(head), bytes);
}

model::DatabaseRow RowMaker::operator()(std::string_view view, base::Nanos time,
                                        base::Json row) const {
    if (!scope.cluster.empty()) row["cluster"] = scope.cluster;
    if (!scope.space.empty()) row["namespace"] = scope.space;
    return {system, instance, std::string(view), time, std::move(row)};
}

}  // namespace insight::collectors
