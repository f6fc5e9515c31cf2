#include "collectors/elasticsearch/logs.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <numeric>

#include "collectors/elasticsearch/focus.h"
#include "collectors/elasticsearch/record.h"
#include "core/base/text.h"

namespace insight::collectors::elasticsearch {
namespace {

using base::Error;
using base::ErrorKind;
using base::Json;
using model::Outcome;

constexpr std::size_t kMostGroups = 4;
constexpr std::size_t kMostTarget = 2000;  // of the 4096 bytes that a request line may have
constexpr std::size_t kMostRows = 100;
constexpr std::size_t kMostCurves = 20;
constexpr std::size_t kMostToldApart = 3;
constexpr std::int64_t kWorthTelling = 10;  // error lines
constexpr std::size_t kBodies = 2000;       // looked at for words
constexpr std::size_t kPage = 1000;
constexpr std::size_t kLeastPage = 50;
constexpr std::size_t kPageBytes = 16U << 20;
constexpr std::size_t kKeptBytes = 32U << 20;
constexpr base::Nanos kOnTheWay = 30 * base::kSecond;  // from a service to its index
constexpr std::chrono::milliseconds kLeastTime{200};

std::string joined(const std::vector<std::string>& names) {
    std::string out;
    for (const std::string& name : names) {
        out += (out.empty() ? "" : ",") + name;
        if (out.size() > kMostTarget) break;
    }
    return out;
}

std::string lower(std::string text) {
    for (char& c : text) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    return text;
}

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

LogCollection::LogCollection(Api& api, const Product& product, const Request& request,
                             LogLimits limits, const RowMaker& make, base::Nanos now,
                             Coverage& coverage)
    : api_(api),
      product_(product),
      request_(request),
      limits_(std::move(limits)),
      make_(make),
      now_(now),
      coverage_(coverage) {
    lines_row_.source = "logs/" + make.instance;
    lines_row_.outcome = Outcome::Empty;
}

bool LogCollection::out_of_time() const {
    return request_.deadline.remaining() < kLeastTime;
}

base::Result<Json> LogCollection::search(const Group& group, Json body, std::string_view what) {
    if (!group.filter.is_null()) body["query"] = all_of({body["query"], group.filter});
    const std::string query =
        fmt::format("POST /{}/_search ({}) {}", group.target, what, base::dump_json(body));
    auto answer = api_.post(
        fmt::format("/{}/_search?ignore_unavailable=true&allow_no_indices=true", group.target),
        body, request_.deadline, 16U << 20);
    if (!answer) {
        coverage_.failed(query, answer.error());
        return answer;
    }
    const auto count = static_cast<std::size_t>(std::max<std::int64_t>(
        base::integer_at(base::object_at(base::object_at(*answer, "hits"), "total"), "value"), 0));
    if (const std::string missing = missing_part(*answer); !missing.empty())
        coverage_.truncated(query, count, "a part is missing: " + missing);
    else
        coverage_.answered(query, count);
    return answer;
}

// Which indices have logs of the window, and how they are written.
bool LogCollection::find_groups() {
    const std::string patterns = path_part(limits_.indices);
    const std::string path = fmt::format(
        "/{}/_field_caps?ignore_unavailable=true&allow_no_indices=true&"
        "include_unmapped=true&fields={}",
        patterns, path_part(wanted_fields()));
    const model::Window& window = request_.window;
    const base::Nanos begin =
        window.baseline_start < window.baseline_end ? window.baseline_start : window.start;
    Json times = Json::array();
    for (const char* field : {"@timestamp", "timestamp", "time", "observedTimestamp", "datetime"})
        times.push_back(time_range(field, begin, window.end));
    auto caps = api_.post(path, {{"index_filter", {{"bool", {{"should", std::move(times)}}}}}},
                          request_.deadline);
    if (!caps && caps.error().kind == ErrorKind::Invalid)  // a gateway or mapping that will not
        caps = api_.get(path, request_.deadline);
    const std::string query = fmt::format("POST /{}/_field_caps", limits_.indices);
    if (!caps) {
        coverage_.failed(query, caps.error());
        lines_row_.outcome = outcome_of(caps.error().kind);
        lines_row_.note = shown(caps.error().text(), 600);
        return false;
    }
    std::size_t others = 0;
    std::vector<Dialect> found = dialects(*caps, others);
    std::size_t indices = 0;
    for (const Dialect& one : found) indices += one.indices.size();
    std::string note =
        fmt::format("{} indices with logs of the window, {} without", indices, others);
    if (found.empty())
        note +=
            "; nothing has both a date and a message: correct `indices`, or give the role "
            "read and view_index_metadata there";
    coverage_.answered(query, indices, note);
    if (found.empty()) lines_row_.note = note;
    if (found.size() > kMostGroups) {
        std::size_t left_out = 0;
        for (std::size_t i = kMostGroups; i < found.size(); ++i)
            left_out += found[i].indices.size();
        coverage_.skipped("indices with other fields", Outcome::Truncated,
                          fmt::format("{} indices name their fields in yet other ways and were "
                                      "not read: name in `indices` what matters",
                                      left_out));
        found.resize(kMostGroups);
    }
    const bool alone = found.size() == 1;
    for (Dialect& one : found) {
        Group group;
        std::string names = joined(one.indices);
        if (names.size() <= kMostTarget) {
            group.target = path_part(names);
        } else {
            group.target = patterns;
            if (!alone || others > 0) group.filter = one_of("_index", one.indices);
        }
        group.dialect = std::move(one);
        groups_.push_back(std::move(group));
    }
    return !groups_.empty();
}

void LogCollection::count(Group& group, model::Signals& out) {
    const model::Window& window = request_.window;
    const auto answer = search(group, count_search(group.dialect, window), "counts");
    if (!answer) {
        if (lines_row_.outcome == Outcome::Empty) {
            lines_row_.outcome = outcome_of(answer.error().kind);
            lines_row_.note = shown(answer.error().text(), 600);
        }
        return;
    }
    group.counts = read_counts(*answer, group.dialect);
    group.counted = missing_part(*answer).empty();
    for (std::size_t i = 0; i < std::min(group.counts.size(), kMostRows); ++i) {
        const ServiceCount& one = group.counts[i];
        for (const Class level : {Class::Error, Class::Warning, Class::Other})
            if (one.total(level) > 0)
                out.databases.push_back(make_(
                    "log_counts", now_,
                    {{"service", one.service},
                     {"severity", name(level)},
                     {"incident_lines", one.of(level, Incident)},
                     {"baseline_lines", one.of(level, Baseline)},
                     {"incident_s", base::to_seconds(window.end - window.start)},
                     {"baseline_s", base::to_seconds(window.baseline_end - window.baseline_start)},
                     {"indices", base::shorten(joined(group.dialect.indices), 200)}}));
    }
}

// Curves of the services in question, then of those with most errors, then with most lines.
void LogCollection::read_rate(const Group& group, model::Signals& out) {
    if (group.dialect.service.empty() || group.counts.empty() || out_of_time()) return;
    std::vector<std::string> services;
    const auto add = [&](const std::string& service) {
        if (!service.empty() && services.size() < kMostCurves &&
            std::find(services.begin(), services.end(), service) == services.end())
            services.push_back(service);
    };
    for (const auto& count : group.counts)
        if (std::find(asked_.begin(), asked_.end(), count.service) != asked_.end())
            add(count.service);
    for (const auto& count : group.counts)
        if (count.total(Class::Error) > 0) add(count.service);
    for (const auto& count : group.counts) add(count.service);
    if (services.empty()) return;
    model::Labels scope;
    if (!make_.scope.cluster.empty()) scope["cluster"] = make_.scope.cluster;
    if (!make_.scope.space.empty()) scope["namespace"] = make_.scope.space;
    const auto answer =
        search(group, rate_search(group.dialect, request_.window, services), "lines over time");
    if (!answer || !missing_part(*answer).empty()) return;
    for (auto& series : read_rates(*answer, request_.window, now_ - kOnTheWay, scope))
        out.metrics.push_back(std::move(series));
}

// Of the services in question, else of those whose errors grew most.
void LogCollection::tell_apart(const Group& group, model::Signals& out) {
    std::vector<const ServiceCount*> worth;
    for (const auto& count : group.counts)
        if (count.of(Class::Error, Incident) >= kWorthTelling) worth.push_back(&count);
    const auto is_asked = [&](const ServiceCount* count) {
        return std::find(asked_.begin(), asked_.end(), count->service) != asked_.end();
    };
    std::stable_sort(worth.begin(), worth.end(), [&](const auto* a, const auto* b) {
        return std::pair(is_asked(a), a->of(Class::Error, Incident)) >
               std::pair(is_asked(b), b->of(Class::Error, Incident));
    });
    for (std::size_t i = 0; i < std::min(worth.size(), kMostToldApart); ++i) {
        if (out_of_time()) return;
        if (worth[i]->service.empty() && !group.dialect.service.empty()) continue;
        Json body = significant_search(group.dialect, request_.window, worth[i]->service);
        if (body.is_null()) continue;
        const auto answer = search(group, std::move(body), "what is special in error lines");
        if (!answer) continue;
        for (Json& row : read_significant(*answer, group.dialect, worth[i]->service))
            out.databases.push_back(make_("significant", now_, std::move(row)));
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
            if (answer.error().kind == ErrorKind::TooLarge && page > kLeastPage) {
                page = std::max(page / 4, kLeastPage);
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
            bodies.push_back(lower(record.body));
    std::erase_if(out.databases, [&](const model::DatabaseRow& row) {
        if (row.view != "significant" || !base::flag_at(row.row, "word")) return false;
        const std::string word = lower(base::text_at(row.row, "value"));
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

void LogCollection::run(model::Signals& out) {
    lines_row_.query = shown(fmt::format("POST /{}/_search (lines)", limits_.indices), 300);
    if (!find_groups()) return close_coverage(out);
    std::int64_t all = 0;
    std::vector<std::string> known;
    for (Group& group : groups_) {
        if (out_of_time()) break;
        count(group, out);
        for (const ServiceCount& one : group.counts) {
            all += one.total();
            if (!one.service.empty()) known.push_back(one.service);
        }
    }
    asked_ = asked_services(request_.incident, known);
    for (const Group& group : groups_) {
        read_rate(group, out);
        tell_apart(group, out);
    }
    for (Group& group : groups_) {
        if (out_of_time()) break;
        std::int64_t here = 0;
        for (const ServiceCount& one : group.counts) here += one.total();
        if (group.counted && here == 0) continue;
        // by how much is there, but a small group is not left out because of a large one
        const double share = all > 0 && group.counted
                                 ? static_cast<double>(here) / static_cast<double>(all)
                                 : 1.0 / static_cast<double>(groups_.size());
        const bool all_fit = group.counted && all <= static_cast<std::int64_t>(limits_.lines);
        const double part = all_fit ? 1 : 0.8 * share + 0.2 / static_cast<double>(groups_.size());
        const auto lines = static_cast<std::size_t>(static_cast<double>(limits_.lines) * part);
        read_lines(group, std::max<std::size_t>(lines, 1), out);
    }
    drop_unseen_words(out);
    close_coverage(out);
}

}  // namespace insight::collectors::elasticsearch
