// Instances and endpoints of the services near to the question, as series.
#include <fmt/format.h>

#include "collectors/skywalking/collection.h"
#include "core/base/text.h"

namespace insight::collectors::skywalking {
namespace {

using base::Json;

constexpr std::size_t kMostInParts = 8;  // services
constexpr std::size_t kMostInstances = 12;
constexpr std::size_t kMostEndpoints = 15;

}  // namespace

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

}  // namespace insight::collectors::skywalking
