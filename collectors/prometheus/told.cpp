// What a collection asks beside series: rules and alerts, what changed anywhere, exemplars.
#include <fmt/format.h>

#include <algorithm>

#include "collectors/prometheus/change_series.h"
#include "collectors/prometheus/collection.h"
#include "collectors/prometheus/expression.h"
#include "collectors/prometheus/standing.h"
#include "core/base/text.h"

namespace insight::collectors::prometheus {
namespace {

using base::Json;
using model::Outcome;

constexpr std::size_t kMostAlerts = 200;
constexpr std::size_t kMostRules = 100;
constexpr std::size_t kMostExemplars = 50;
constexpr std::size_t kMostExemplarHistograms = 4;
constexpr std::size_t kMostChangeMetrics = 16;
constexpr std::size_t kSeriesOfChange = 50;

}  // namespace

void Collection::put(std::string_view query, std::string_view view, Listed&& found) {
    if (found.left_out > 0)
        coverage_.truncated(query, found.rows.size(),
                            fmt::format("{} more were left out", found.left_out));
    else
        coverage_.answered(query, found.rows.size());
    for (Json& row : found.rows) {
        base::Nanos time = now_;
        if (row.contains("time")) {
            time = base::from_seconds(base::number_at(row, "time"));
            row.erase("time");
        }
        rows_.push_back(make_(view, time, std::move(row)));
    }
}

std::optional<Json> Collection::ask(std::string_view path, const Fields& fields) {
    auto answer = api_.get(path, fields, request_.deadline);
    if (answer) return std::move(answer->data);
    // what stands before several servers often knows neither rules nor alerts
    if (answer.error().kind == base::ErrorKind::NotFound)
        coverage_.skipped(path, Outcome::Empty, "this server does not offer it");
    else
        coverage_.failed(path, answer.error());
    return std::nullopt;
}

void Collection::read_standing() {
    rules_ = Json::object();
    if (auto rules = ask("rules", {})) {
        rules_ = std::move(*rules);
        put("rules", "rules", rule_rows(rules_, kMostRules));
    }
    if (const auto alerts = ask("alerts", {}))
        put("alerts", "alerts", alert_rows(*alerts, kMostAlerts));
}

// Found by the server itself among all its series, whatever part of them is read afterwards.
void Collection::read_changes() {
    const std::int64_t from = intervals_.front().start / base::kSecond;
    const std::int64_t to = intervals_.back().end / base::kSecond;
    // last_over_time: series that ended within the window tell of changes, too.
    const std::string query =
        fmt::format("count by (__name__) (last_over_time({{__name__=~{}}}[{}s]))",
                    promql_string(change_metrics()), to - from);
    const auto answer =
        api_.post("query", {{"query", query}, {"time", std::to_string(to)}}, request_.deadline);
    if (!answer) {
        coverage_.failed(query, answer.error());
        return;
    }
    std::vector<std::string> names;
    for (const Json& one : base::array_at(answer->data, "result"))
        if (std::string name = base::text_at(base::object_at(one, "metric"), "__name__");
            !name.empty())
            names.push_back(std::move(name));
    // The server's order is none: which ones are dropped below must not vary.
    std::sort(names.begin(), names.end());
    coverage_.answered(query, names.size(), "metrics that tell of changes");
    if (names.size() > kMostChangeMetrics) {
        coverage_.skipped("metrics that tell of changes", Outcome::Truncated,
                          fmt::format("{} of {} were asked for", kMostChangeMetrics, names.size()));
        names.resize(kMostChangeMetrics);
    }
    for (const std::string& name : names) {
        if (out_of_time()) break;
        const bool images = name == kImageMetric;
        const std::size_t most = told_.size() + kSeriesOfChange;
        if (!fetch(images ? moved_images(from, to) : moved(name, from, to),
                   {{images ? std::string(kImageMetric) : "", {}, &dictionary_, ""}},
                   "series that changed", told_, most))
            break;  // a server before 2.33 knows no @: it will refuse the others too
    }
}

void Collection::read_exemplars() {
    std::vector<std::string> names;
    for (const Estate& estate : estates_)
        for (const Metric& metric : estate.plan(0, 1).histograms)
            if ((metric.nearness < 99 || focus_.empty()) &&
                std::find(names.begin(), names.end(), metric.name) == names.end())
                names.push_back(metric.name);
    if (names.size() > kMostExemplarHistograms) names.resize(kMostExemplarHistograms);
    Listed all;
    std::string queries;
    for (const std::string& name : names) {
        if (out_of_time()) return;
        const auto answer = ask("query_exemplars",
                                {{"query", selector({name}, "")},
                                 {"start", std::to_string(request_.window.start / base::kSecond)},
                                 {"end", std::to_string(request_.window.end / base::kSecond)}});
        if (!answer) return;
        Listed found = exemplar_rows(*answer, kMostExemplars);
        all.left_out += found.left_out;
        for (Json& row : found.rows) all.rows.push_back(std::move(row));
        queries += (queries.empty() ? "" : ", ") + name;
    }
    if (names.empty()) return;
    if (all.rows.empty())
        coverage_.skipped("query_exemplars " + queries, Outcome::Empty,
                          "no exemplars: the services write none, or "
                          "--enable-feature=exemplar-storage is off");
    else
        put("query_exemplars " + queries, "exemplars", std::move(all));
}

}  // namespace insight::collectors::prometheus
