#include "collectors/elasticsearch/query.h"

#include "collectors/elasticsearch/record.h"

namespace insight::collectors::elasticsearch {
namespace {

using base::Json;

// For the shards: our own deadline ends the request in any case.
constexpr const char* kShardTime = "15s";

}  // namespace

Json time_range(const std::string& field, base::Nanos from, base::Nanos to) {
    constexpr base::Nanos kMilli = 1'000'000;
    return {{"range",
             {{field, {{"gte", from / kMilli}, {"lt", to / kMilli}, {"format", "epoch_millis"}}}}}};
}

Json in_interval(const Dialect& dialect, const model::Interval& interval) {
    return time_range(dialect.time, interval.start, interval.end);
}

Json in_window(const Dialect& dialect, const model::Window& window) {
    if (window.baseline_start >= window.baseline_end)
        return time_range(dialect.time, window.start, window.end);
    if (window.baseline_end >= window.start)
        return time_range(dialect.time, window.baseline_start, window.end);
    return {{"bool",
             {{"should",
               Json::array({time_range(dialect.time, window.baseline_start, window.baseline_end),
                            time_range(dialect.time, window.start, window.end)})},
              {"minimum_should_match", 1}}}};
}

Json all_of(const std::vector<Json>& filters) {
    Json list = Json::array();
    for (const Json& one : filters)
        if (!one.is_null()) list.push_back(one);
    return {{"bool", {{"filter", std::move(list)}}}};
}

Json none_of(const Json& query) {
    if (query.is_null()) return nullptr;
    return {{"bool", {{"must_not", Json::array({query})}}}};
}

Json one_of(const std::string& field, const std::vector<std::string>& values) {
    return {{"terms", {{field, values}}}};
}

Json counting(Json query, Json aggregations) {
    return {{"size", 0},
            {"track_total_hits", true},
            {"timeout", kShardTime},
            {"query", std::move(query)},
            {"aggs", std::move(aggregations)}};
}

Json sampling(Json query, const Dialect& dialect) {
    return {
        {"track_total_hits", false},
        {"timeout", kShardTime},
        {"query",
         {{"function_score",
           {{"query", std::move(query)},
            // A fixed seed over a number that every document has: the same order on every page, and
            // in every run while the index stays as it is.
            {"random_score", {{"seed", 1}, {"field", "_seq_no"}}},
            {"boost_mode", "replace"}}}}},
        {"sort", Json::array({{{"_score", "desc"}}, {{"_seq_no", "asc"}}})},
        {"_source", source_fields(dialect)},
        {"docvalue_fields",
         Json::array({{{"field", dialect.time}, {"format", "strict_date_optional_time_nanos"}}})}};
}

}  // namespace insight::collectors::elasticsearch
