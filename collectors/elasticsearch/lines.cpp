// Which lines are read, and their reading: the second half of logs.h.
#include <fmt/format.h>

#include <algorithm>
#include <numeric>

#include "collectors/elasticsearch/logs.h"
#include "collectors/elasticsearch/record.h"
#include "core/base/text.h"

namespace insight::collectors::elasticsearch {
namespace {

using base::ErrorKind;
using base::Json;
using model::Outcome;

constexpr std::size_t kBodies = 2000;  // looked at for words
constexpr std::size_t kPage = 1000;
constexpr std::size_t kLeastPage = 50;
constexpr std::size_t kPageBytes = 16U << 20;
constexpr std::size_t kKeptBytes = 32U << 20;

std::int64_t sum(const std::vector<ServiceCount>& counts, Class one) {
    return std::accumulate(
        counts.begin(), counts.end(), std::int64_t{0},
        [&](std::int64_t all, const auto& count) { return all + count.total(one); });
}

std::size_t size_of(const model::LogRecord& record) {
    std::size_t bytes = record.body.size() + 200;
    for (const auto& [key, value] : record.attributes) bytes += key.size() + value.size() + 80;
    return bytes;
}

}  // namespace

void share_out(std::vector<Stratum>& strata, std::size_t lines) {
    std::vector<Stratum*> open;
    for (Stratum& one : strata)
        if (one.lines != 0) open.push_back(&one);
    // Whoever needs less than its share is served first; the others share the rest anew.
    std::sort(open.begin(), open.end(), [](const Stratum* a, const Stratum* b) {
        const auto need = [](const Stratum& s) {
            return s.lines < 0 ? 1e18 : static_cast<double>(s.lines) / s.weight;
        };
        return need(*a) < need(*b);
    });
    double weight = 0;
    for (const Stratum* one : open) weight += one->weight;
    for (Stratum* one : open) {
        const auto share =
            static_cast<std::size_t>(static_cast<double>(lines) * one->weight / weight);
        one->want = one->lines < 0 ? share : std::min<std::size_t>(share, one->lines);
        lines -= one->want;
        weight -= one->weight;
        if (weight <= 0) break;
    }
}

std::vector<Stratum> LogCollection::strata_of(const Group& group) const {
    const Dialect& dialect = group.dialect;
    const Json bad = dialect.severity.at_least(
        Class::Warning, dialect.message_searchable ? dialect.message : std::string());
    std::vector<ServiceCount> near;
    std::vector<ServiceCount> far;
    std::vector<std::string> names;
    for (const ServiceCount& count : group.counts) {
        const bool asked = std::find(asked_.begin(), asked_.end(), count.service) != asked_.end();
        (asked ? near : far).push_back(count);
        if (asked) names.push_back(count.service);
    }
    std::vector<Stratum> out;
    const auto add = [&](const char* what, const std::vector<ServiceCount>& counts, const Json& by,
                         double bad_weight, double other_weight) {
        const auto number = [&](std::int64_t lines) { return group.counted ? lines : -1; };
        const std::int64_t bad_lines = sum(counts, Class::Error) + sum(counts, Class::Warning);
        if (bad.is_null()) {
            out.push_back({fmt::format("lines{}", what), by,
                           number(bad_lines + sum(counts, Class::Other)),
                           bad_weight + other_weight});
            return;
        }
        out.push_back({fmt::format("error and warning lines{}", what), all_of({by, bad}),
                       number(bad_lines), bad_weight});
        out.push_back({fmt::format("other lines{}", what), all_of({by, none_of(bad)}),
                       number(sum(counts, Class::Other)), other_weight});
    };
    // Errors tell most and are few; the others show what is usual. Services that nobody asked about
    // keep a part, for the cause often lies elsewhere.
    if (names.empty()) {
        add("", far, nullptr, 0.55, 0.45);
    } else {
        const Json asked = one_of(dialect.service, names);
        add(" of the services in question", near, asked, 0.35, 0.3);
        add(" of the other services", far, none_of(asked), 0.2, 0.15);
    }
    return out;
}

std::size_t LogCollection::read_stratum(Group& group, const Stratum& stratum, Cursor& cursor,
                                        model::Signals& out) {
    const Json body =
        sampling(all_of({in_window(group.dialect, request_.window), group.filter, stratum.filter}),
                 group.dialect);
    cursor.restart(request_.deadline);
    const std::size_t logs_before = out.logs.size();
    const std::size_t bytes_before = bytes_;
    std::size_t read = 0;
    std::size_t page = kPage;
    std::string failure;
    while (read < stratum.want && bytes_ < kKeptBytes) {
        if (out_of_time()) {
            failure = "no time was left";
            break;
        }
        const std::size_t size = std::min(page, stratum.want - read);
        const auto answer = cursor.next(body, size, request_.deadline, kPageBytes);
        if (!answer) {
            // Very long lines: fewer are asked for at a time.
            if (answer.error().kind == ErrorKind::TooLarge && page > kLeastPage) {
                page = std::max(page / 4, kLeastPage);
                if (cursor.keeps_place()) continue;
                cursor.restart(request_.deadline);
                out.logs.resize(logs_before);
                bytes_ = bytes_before;
                read = 0;
                continue;
            }
            failure = answer.error().text();
            if (!answered_) lines_row_.outcome = outcome_of(answer.error().kind);
            break;
        }
        answered_ = true;
        if (const std::string missing = missing_part(*answer); !missing.empty())
            failure = "a part is missing: " + missing;
        const Json& hits = base::array_at(base::object_at(*answer, "hits"), "hits");
        // a scroll keeps the size of its first page
        const std::size_t taken = std::min(hits.size(), stratum.want - read);
        for (std::size_t i = 0; i < taken; ++i) {
            auto record = record_of(hits[i], group.dialect);
            if (!record) continue;
            if (!make_.scope.cluster.empty())
                record->attributes["k8s.cluster.name"] = make_.scope.cluster;
            bytes_ += size_of(*record);
            out.logs.push_back(std::move(*record));
        }
        read += taken;
        if (hits.size() < size) break;
    }
    const std::string& note = failure.empty() ? cursor.note() : failure;
    std::string words = fmt::format(
        "{} of {} {}", read,
        stratum.lines < 0 ? "an unknown number of" : std::to_string(stratum.lines), stratum.what);
    if (!note.empty()) words += " (" + note + ")";
    lines_row_.note += (lines_row_.note.empty() ? "" : "; ") + words;
    lines_row_.count += static_cast<std::int64_t>(read);
    // counted a moment ago: lines may have gone or come since then
    const bool whole =
        stratum.lines >= 0 && read + 5 + read / 50 >= static_cast<std::size_t>(stratum.lines);
    if (!whole || !failure.empty()) cut_ = true;
    return read;
}

void LogCollection::read_lines(Group& group, std::size_t lines, model::Signals& out) {
    std::vector<Stratum> strata = strata_of(group);
    share_out(strata, lines);
    Cursor cursor(api_, product_, group.target);
    for (const Stratum& stratum : strata)
        if (stratum.want > 0) read_stratum(group, stratum, cursor, out);
    cursor.close(request_.deadline);
}

// A word by itself does not show that it was a password: only those that redacted lines still
// have are kept.
void LogCollection::drop_unseen_words(model::Signals& out) const {
    std::vector<std::string> bodies;
    for (const model::LogRecord& record : out.logs)
        if (class_of(record.severity) == Class::Error && bodies.size() < kBodies)
            bodies.push_back(base::lower(record.body));
    std::erase_if(out.databases, [&](const model::DatabaseRow& row) {
        if (row.view != "significant" || !base::flag_at(row.row, "word")) return false;
        const std::string word = base::lower(base::text_at(row.row, "value"));
        return std::none_of(bodies.begin(), bodies.end(), [&](const std::string& body) {
            return body.find(word) != std::string::npos;
        });
    });
}

void LogCollection::close_coverage(model::Signals& out) {
    // Whatever was read is spread over the whole time: the lines come in a random order.
    if (answered_) {
        lines_row_.intervals = intervals_of(request_.window);
        lines_row_.outcome = cut_                   ? Outcome::Truncated
                             : lines_row_.count > 0 ? Outcome::Answered
                                                    : Outcome::Empty;
        if (cut_) lines_row_.note = "a fair sample over the whole time: " + lines_row_.note;
    }
    lines_row_.note = shown(lines_row_.note, 900);
    out.coverage.push_back(std::move(lines_row_));
}

}  // namespace insight::collectors::elasticsearch
