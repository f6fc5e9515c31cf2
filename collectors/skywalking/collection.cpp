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
constexpr std::size_t kMostInParts = 8;  // services whose instances and endpoints are read
constexpr std::size_t kMostTalking = 6;  // services whose logs are read
constexpr std::size_t kMostInstances = 12;
constexpr std::size_t kMostEndpoints = 15;

// Baseline and window each by itself, also where they touch: each gets its part of the sample.
std::vector<model::Interval> both(const model::Window& window) {
    if (window.baseline_start >= window.baseline_end) return {{window.start, window.end}};
    return {{window.baseline_start, std::min(window.baseline_end, window.start)},
            {window.start, window.end}};
}

std::size_t series_of(const std::vector<Wanted>& wanted) {
    std::size_t count = 0;
    for (const Wanted& one : wanted) count += one.kind->percentiles ? 3 : 1;
    return count;
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

std::vector<Question> Collection::instance_questions(
    const std::vector<const Service*>& services) const {
    const bool newer = features_.has("Query", "listInstances");
    const model::Interval last = parts_of(whole_, when_.step, when_.zone).back();
    std::vector<Question> out;
    for (const Service* service : services)
        out.push_back(
            {fmt::format("{}(duration: @0, serviceId: @1) {{id name attributes {{name "
                         "value}}}}",
                         newer ? "listInstances" : "getServiceInstances"),
             {{"Duration!", duration(last, when_.step, when_.zone)}, {"ID!", service->id}}});
    return out;
}

// Three a service: the most called, the slowest and the least successful endpoints of the window.
std::vector<Question> Collection::endpoint_questions(
    const std::vector<const Service*>& services) const {
    const model::Interval last =
        parts_of({request_.window.start, whole_.end}, when_.step, when_.zone).back();
    const Value time{"Duration!", duration(last, when_.step, when_.zone)};
    const bool older =
        known_metrics_.contains("endpoint_avg") && !known_metrics_.contains("endpoint_resp_time");
    struct Top {
        std::string metric;
        int count;
        bool ascending;
    };
    std::vector<Question> out;
    for (const Service* service : services)
        for (const Top& top : {Top{"endpoint_cpm", 10, false},
                               Top{older ? "endpoint_avg" : "endpoint_resp_time", 5, false},
                               Top{"endpoint_sla", 5, true}}) {
            if (features_.expressions()) {
                out.push_back(
                    {"execExpression(expression: @0, entity: @1, duration: @2) {results "
                     "{values {id}}}",
                     {{"String!", fmt::format("top_n({},{},{})", top.metric, top.count,
                                              top.ascending ? "asc" : "des")},
                      {"Entity!", entity_of(*service)},
                      time}});
                continue;
            }
            Json condition = {{"name", top.metric},
                              {"parentService", service->name},
                              {"scope", "Endpoint"},
                              {"topN", top.count},
                              {"order", top.ascending ? "ASC" : "DES"}};
            condition[features_.has("TopNCondition", "normal") ? "normal" : "isNormal"] =
                service->normal;
            out.push_back({"sortMetrics(condition: @0, duration: @1) {name}",
                           {{"TopNCondition!", std::move(condition)}, time}});
        }
    return out;
}

// Names in an answer to one of those.
std::vector<std::string> Collection::endpoints_of(const Service& service, const Json& tops) const {
    std::vector<std::string> out;
    const auto add = [&](std::string name) {
        // an older server gives "service - endpoint"
        if (name.starts_with(service.name + " - ")) name = name.substr(service.name.size() + 3);
        if (!name.empty() && name.size() <= 300) out.push_back(std::move(name));
    };
    if (tops.is_array())
        for (const Json& one : tops) add(base::text_at(one, "name"));
    for (const Json& result : base::array_at(tops, "results"))
        for (const Json& value : base::array_at(result, "values")) add(base::text_at(value, "id"));
    return out;
}

void Collection::part_series() {
    std::vector<const Service*> services;
    for (std::size_t i = 0; i < order_.positions.size() && services.size() < kMostInParts; ++i)
        if (const Service& service = services_[order_.positions[i]];
            service.normal && (order_.focus == 0 || i < order_.focus))
            services.push_back(&service);
    if (services.empty()) return;
    std::vector<Question> questions = instance_questions(services);
    for (Question& one : endpoint_questions(services)) questions.push_back(std::move(one));
    const Replies replies = ask_all(api_, {}, questions, request_.deadline);
    std::vector<Wanted> wanted;
    std::size_t left_out = 0;
    const std::size_t room = limits_.series - std::min(limits_.series, metrics_.metrics.size());
    const auto add = [&](Scope scope, const Json& entity, const model::Labels& labels) {
        if (series_of(wanted) >= room)
            ++left_out;
        else
            want(metrics_of(scope), scope, entity, labels, known_metrics_, wanted);
    };
    std::size_t named = 0;
    for (std::size_t i = 0; i < services.size(); ++i) {
        const Service& service = *services[i];
        if (replies.values[i] && replies.values[i]->is_array()) {
            named += replies.values[i]->size();
            std::size_t count = 0;
            for (const Json& instance : *replies.values[i]) {
                const std::string name = base::text_at(instance, "name");
                if (name.empty() || name.size() > 300) continue;
                if (++count > kMostInstances) {
                    ++left_out;
                    continue;
                }
                std::string host;
                for (const Json& attribute : base::array_at(instance, "attributes"))
                    if (const auto key = base::text_at(attribute, "name");
                        key == "hostname" || key == "HOSTNAME" || key == "pod")
                        host = base::text_at(attribute, "value");
                Json entity = entity_of(service);
                entity["serviceInstanceName"] = name;
                model::Labels labels = labels_of(service);
                labels["service.instance.id"] = base::clean_utf8(name);
                if (const auto pod = pod_name(name, host); !pod.empty())
                    labels["k8s.pod.name"] = pod;
                add(Scope::Instance, entity, labels);
            }
        }
        std::set<std::string> endpoints;
        for (std::size_t k = 0; k < 3; ++k) {
            const auto& tops = replies.values[services.size() + i * 3 + k];
            if (!tops) continue;
            for (const std::string& name : endpoints_of(service, *tops)) {
                if (endpoints.size() >= kMostEndpoints || !endpoints.insert(name).second) continue;
                Json entity = entity_of(service);
                entity["endpointName"] = name;
                model::Labels labels = labels_of(service);
                labels["endpoint"] = base::clean_utf8(name);
                add(Scope::Endpoint, entity, labels);
            }
        }
        named += endpoints.size();
    }
    if (replies.error && named == 0)
        metric_coverage_.failed("instances, endpoints", *replies.error);
    measure_all("of instances and endpoints", wanted);
    if (left_out > 0)
        metric_coverage_.truncated("metrics of instances and endpoints", metrics_.metrics.size(),
                                   fmt::format("{} were left out: raise maxSeries", left_out));
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
