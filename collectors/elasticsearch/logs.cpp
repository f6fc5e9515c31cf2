#include "collectors/elasticsearch/logs.h"

#include <fmt/format.h>

#include <algorithm>

#include "collectors/elasticsearch/focus.h"
#include "core/base/text.h"

namespace insight::collectors::elasticsearch {
namespace {

using base::ErrorKind;
using base::Json;
using model::Outcome;

constexpr std::size_t kMostGroups = 4;
constexpr std::size_t kMostTarget = 2000;  // of the 4096 bytes that a request line may have
constexpr std::size_t kMostCountedServices = 100;
constexpr std::size_t kMostCurves = 20;
constexpr std::size_t kMostToldApart = 3;
constexpr std::int64_t kWorthTelling = 10;             // error lines
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

}  // namespace

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
    // include_unmapped: without it a field that some indices lack looks as if all had it.
    const std::string path = fmt::format(
        "/{}/_field_caps?ignore_unavailable=true&allow_no_indices=true&"
        "include_unmapped=true&fields={}",
        patterns, path_part(wanted_fields()));
    const model::Window& window = request_.window;
    const base::Nanos begin =
        window.baseline_start < window.baseline_end ? window.baseline_start : window.start;
    Json times = Json::array();
    for (const std::string& field : time_fields())
        times.push_back(time_range(field, begin, window.end));
    // The filter leaves out indices that hold nothing of the time; the answer of a large estate
    // would else be megabytes.
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
            // Too many names for a request line: all are asked, and the others filtered out by
            // _index.
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
    // Else zero lines may only mean that their shard did not answer.
    group.counted = missing_part(*answer).empty();
    for (std::size_t i = 0; i < std::min(group.counts.size(), kMostCountedServices); ++i) {
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
    // With shards missing a curve would show a fall that never was.
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
        // Lines without a service among others that have one are no group of their own.
        if (worth[i]->service.empty() && !group.dialect.service.empty()) continue;
        Json body = significant_search(group.dialect, request_.window, worth[i]->service);
        if (body.is_null()) continue;
        const auto answer = search(group, std::move(body), "what is special in error lines");
        if (!answer) continue;
        for (Json& row : read_significant(*answer, group.dialect, worth[i]->service))
            out.databases.push_back(make_("significant", now_, std::move(row)));
    }
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
    // After counting all groups: only then it is known which services write logs at all.
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
