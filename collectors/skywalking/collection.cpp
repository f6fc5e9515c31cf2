#include "collectors/skywalking/collection.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <system_error>
#include <thread>

#include "collectors/skywalking/alarms.h"
#include "collectors/skywalking/logs.h"
#include "core/base/text.h"

namespace insight::collectors::skywalking {
namespace {

using base::Json;
using model::Outcome;

constexpr std::chrono::milliseconds kLeastTime{150};
constexpr Nanos kStillGrows = 30 * base::kSecond;  // the server writes a bucket in turns of 25 s
constexpr double kMostSkew = 86'400;               // seconds
constexpr std::size_t kMostCalls = 20'000;
constexpr std::size_t kMostRelations = 60;
constexpr std::size_t kMostTalking = 6;  // services whose logs are read

// Baseline and window each by itself, also where they touch: each gets its part of the sample.
std::vector<model::Interval> both(const model::Window& window) {
    if (window.baseline_start >= window.baseline_end) return {{window.start, window.end}};
    return {{window.baseline_start, std::min(window.baseline_end, window.start)},
            {window.start, window.end}};
}

}  // namespace

Collection::Collection(Api& api, const Request& request, Limits limits, model::Scope scope,
                       std::map<std::string, std::string> given_names, const base::Clock& clock)
    : api_(api),
      request_(request),
      limits_(limits),
      scope_(std::move(scope)),
      clock_(clock),
      names_(std::move(given_names)),
      source_("skywalking/" + api.instance()),
      intervals_(both(request.window)),
      whole_{intervals_.front().start, intervals_.back().end},
      metric_coverage_(source_, intervals_of(request.window)) {}

model::Signals Collection::run() {
    api_.refill();
    if (look_around()) {
        try {
            // Both lanes only read what look_around() found, and each writes signals of its own;
            // the thread ends with this block.
            const std::jthread beside([this] { read_records(); });
            read_metrics();
        } catch (const std::system_error&) {  // the process is at its limit
            read_records();
            read_metrics();
        }
    }
    metrics_.coverage = metric_coverage_.take();
    metrics_.append(std::move(records_));
    return std::move(metrics_);
}

bool Collection::look_around() {
    auto features = features_of(api_, request_.deadline);
    if (!features) {
        metric_coverage_.failed("introspection", features.error());
        return false;
    }
    features_ = std::move(*features);
    if (!read_time() || !read_services()) return false;
    read_map();
    choose();
    return true;
}

bool Collection::read_time() {
    when_.interval = whole_;
    when_.step = step_for(whole_);
    const auto answer = api_.ask("query {getTimeInfo {timezone currentTimestamp}}", Json::object(),
                                 request_.deadline);
    Nanos now = clock_.now();
    if (answer) {
        const Json& info = base::object_at(answer->data, "getTimeInfo");
        const auto zone = zone_of(base::text_at(info, "timezone"));
        when_.zone = zone.value_or(0);
        // a clock that is off by days is no clock
        const auto told = static_cast<double>(base::integer_at(info, "currentTimestamp")) / 1e3;
        if (std::abs(told - base::to_seconds(now)) < kMostSkew) now = base::from_seconds(told);
        if (!zone)
            metric_coverage_.failed(
                "getTimeInfo", {base::ErrorKind::Corrupt,
                                "SkyWalking " + api_.instance() +
                                    " does not tell its time zone: UTC was assumed, set TZ=UTC "
                                    "for the OAP server if windows seem shifted"});
    } else {
        metric_coverage_.failed("getTimeInfo", answer.error());
        if (ends_all(answer.error())) return false;
    }
    // By the server's clock, which its buckets follow.
    when_.complete = std::min(whole_.end, now - kStillGrows);
    return true;
}

bool Collection::read_services() {
    const std::string fields = features_.only("Service", "id name layers normal");
    Replies replies;
    const char* query = "listServices";
    if (features_.has("Query", query))
        replies = ask_all(api_, {}, {{fmt::format("listServices {{{}}}", fields), {}}},
                          request_.deadline);
    if ((replies.values.empty() || !replies.values[0]) && !replies.over &&
        features_.has("Query", "getAllServices")) {  // before 9.1
        query = "getAllServices";
        const model::Interval last = parts_of(whole_, when_.step, when_.zone).back();
        replies = ask_all(api_, {},
                          {{fmt::format("getAllServices(duration: @0) {{{}}}", fields),
                            {{"Duration!", duration(last, when_.step, when_.zone)}}}},
                          request_.deadline);
    }
    if (replies.values.empty() || !replies.values[0]) {
        metric_coverage_.failed(
            query, replies.error.value_or(base::Error{
                       base::ErrorKind::Corrupt,
                       "SkyWalking " + api_.instance() + " does not list its services"}));
        return false;
    }
    services_ = services_of(*replies.values[0]);
    metric_coverage_.answered(query, services_.size());
    return true;
}

void Collection::read_map() {
    const model::Interval last = parts_of(whole_, when_.step, when_.zone).back();
    const std::string fields = features_.only("Node", "id name type isReal layers");
    std::vector<Question> questions{
        {fmt::format("getGlobalTopology(duration: @0) {{nodes {{{}}} calls {{source target}}}}",
                     fields),
         {{"Duration!", duration(last, when_.step, when_.zone)}}}};
    const Replies replies = ask_all(api_, {}, questions, request_.deadline);
    if (!replies.values[0]) {
        if (replies.error) metric_coverage_.failed("getGlobalTopology", *replies.error);
        return;
    }
    map_ = map_of(*replies.values[0], kMostCalls);
    if (map_.calls.size() >= kMostCalls)
        metric_coverage_.truncated("getGlobalTopology", map_.calls.size(), "the first ones");
    else
        metric_coverage_.answered("getGlobalTopology", map_.calls.size());
}

void Collection::choose() {
    // before 9.0 guesses are in the map only
    std::set<std::string> known;
    for (const Service& service : services_) known.insert(service.id);
    for (const Service& node : map_.nodes)
        if (known.insert(node.id).second) services_.push_back(node);
    names_.learn(services_);
    metrics_.topology = edges_of(map_, names_);
    order_ = order_of(services_, map_, request_.incident);
}

void Collection::read_records() {
    std::string asked;
    // of several, none may crowd out the others
    if (order_.asked == 1) asked = services_[order_.positions.front()].id;
    Coverage coverage(source_, intervals_of(request_.window));
    const AlarmOrder alarms{whole_, when_.zone, scope_};
    Happened happened = read_alarms(api_, features_, names_, alarms, coverage, request_.deadline);
    records_.changes = std::move(happened.changes);
    records_.logs = std::move(happened.records);
    records_.coverage = coverage.take();
    if (limits_.traces > 0) {
        TraceOrder order{intervals_, asked, when_.zone, scope_, {}};
        order.limits.traces = limits_.traces;
        records_.spans = read_traces(api_, features_, names_, order, source_ + "/spans",
                                     request_.deadline, records_.coverage);
    }
    if (limits_.logs == 0 || !features_.has("Query", "queryLogs")) return;
    LogOrder order{intervals_, {}, when_.zone, scope_, limits_.logs};
    for (std::size_t i = 0; i < order_.focus && order.service_ids.size() < kMostTalking; ++i)
        // Guessed ones (databases, caches seen from their callers) have no agent that could send
        // logs.
        if (const Service& service = services_[order_.positions[i]]; service.normal)
            order.service_ids.push_back(service.id);
    auto logs = read_logs(api_, features_, names_, order, "logs/" + source_, request_.deadline,
                          records_.coverage);
    records_.logs.insert(records_.logs.end(), std::make_move_iterator(logs.begin()),
                         std::make_move_iterator(logs.end()));
}

void Collection::read_metrics() {
    list_metrics();
    service_series();
    part_series();
    relation_series();
}

void Collection::list_metrics() {
    if (!features_.has("Query", "listMetrics")) return;
    const Replies replies = ask_all(api_, {}, {{"listMetrics {name}", {}}}, request_.deadline);
    if (!replies.values[0]) return;  // what is not there is told when it is asked for
    for (const Json& metric : *replies.values[0])
        known_metrics_.insert(base::text_at(metric, "name"));
}

Json Collection::entity_of(const Service& service) const {
    return {{"serviceName", service.name}, {"normal", service.normal}};
}

model::Labels Collection::labels_of(const Service& service) const {
    model::Labels labels{{"service.name", service.shown}};
    if (!scope_.cluster.empty()) labels["cluster"] = scope_.cluster;
    if (!scope_.space.empty()) labels["namespace"] = scope_.space;
    return labels;
}

void Collection::service_series() {
    std::vector<Wanted> wanted;
    std::size_t left_out = 0;
    for (const std::size_t at : order_.positions) {
        const Service& service = services_[at];
        // The other half is for instances, endpoints and calls.
        if (series_of(wanted) > limits_.series / 2)
            ++left_out;
        else
            want(metrics_of(service), Scope::Service, entity_of(service), labels_of(service),
                 known_metrics_, wanted);
    }
    measure_all("of services", wanted);
    if (left_out > 0)
        metric_coverage_.truncated(
            "metrics of services", metrics_.metrics.size(),
            fmt::format("{} services farthest from the question were left out: raise maxSeries",
                        left_out));
}

// What callers see of whom they call, whoever that is.
void Collection::relation_series() {
    std::set<std::string> near;
    for (std::size_t i = 0; i < order_.focus; ++i) near.insert(services_[order_.positions[i]].name);
    std::vector<Wanted> wanted;
    std::size_t count = 0;
    for (const Call& call : map_.calls) {
        // Measured at the caller, by its agent.
        if (!call.source_normal || count >= kMostRelations) continue;
        if (order_.focus > 0 && !near.contains(call.source)) continue;
        ++count;
        const Json entity = {{"serviceName", call.source},
                             {"normal", call.source_normal},
                             {"destServiceName", call.target},
                             {"destNormal", call.target_normal}};
        model::Labels labels = labels_of({"", call.source, {}, true, names_.of(call.source)});
        labels["peer.service"] = names_.of(call.target);
        want(metrics_of(Scope::Relation), Scope::Relation, entity, labels, known_metrics_, wanted);
    }
    measure_all("of calls", wanted);
}

void Collection::measure_all(const std::string& what, std::vector<Wanted>& wanted) {
    if (wanted.empty()) return;
    const std::string query = fmt::format(
        "{} {}: {} metrics", features_.expressions() ? "execExpression" : "readMetricsValues", what,
        wanted.size());
    if (request_.deadline.remaining() < kLeastTime) {
        metric_coverage_.skipped(query, Outcome::TimedOut, "no time was left for it");
        return;
    }
    Measured measured = measure(api_, features_, wanted, when_, request_.deadline);
    const Replies& replies = measured.replies;
    if (measured.series.empty() && replies.error)
        metric_coverage_.failed(query, *replies.error);
    else if (replies.refused > 0 || replies.over)
        metric_coverage_.truncated(
            query, measured.series.size(),
            fmt::format("{} were not answered{}", std::max<std::size_t>(replies.refused, 1),
                        replies.error ? ": " + replies.error->text() : ""));
    else
        metric_coverage_.answered(query, measured.series.size());
    metrics_.metrics.insert(metrics_.metrics.end(),
                            std::make_move_iterator(measured.series.begin()),
                            std::make_move_iterator(measured.series.end()));
}

}  // namespace insight::collectors::skywalking
