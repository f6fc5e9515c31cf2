#include "collectors/skywalking/estate.h"

#include <algorithm>
#include <cctype>
#include <map>

#include "collectors/skywalking/values.h"
#include "core/base/text.h"

namespace insight::collectors::skywalking {
namespace {

using base::Json;

constexpr std::size_t kMostServices = 5000;

bool in_a_word(char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_';
}

// `word` stands in `text` as a word of its own.
bool says(const std::string& text, const std::string& word) {
    if (word.size() < 2) return false;
    for (std::size_t at = text.find(word); at != std::string::npos; at = text.find(word, at + 1)) {
        const bool before = at > 0 && in_a_word(text[at - 1]);
        const std::size_t end = at + word.size();
        if (!before && (end >= text.size() || !in_a_word(text[end]))) return true;
    }
    return false;
}

std::vector<std::string> layers_of(const Json& object) {
    std::vector<std::string> out;
    for (const Json& layer : base::array_at(object, "layers"))
        if (layer.is_string() && out.size() < 8)
            out.push_back(base::shorten(base::clean_utf8(layer.get<std::string>()), 60));
    return out;
}

// Labels of an alert that may name a service.
bool names_a_service(std::string_view label) {
    return label == "service" || label == "service_name" || label == "service.name" ||
           label == "app" || label == "job" || label == "deployment" || label == "workload" ||
           label == "container" || label == "destination_service_name" ||
           label == "app_kubernetes_io_name";
}

}  // namespace

std::vector<Service> services_of(const Json& list) {
    std::vector<Service> out;
    if (!list.is_array()) return out;
    for (const Json& one : list) {
        if (out.size() >= kMostServices) break;
        Service service{base::text_at(one, "id"), safe(one, "name"), layers_of(one), true};
        if (service.id.empty() || service.name.empty()) continue;
        // older lists do not say it, ids do
        service.normal = base::flag_at(one, "normal", read_id(service.id).normal);
        out.push_back(std::move(service));
    }
    return out;
}

Map map_of(const Json& topology, std::size_t most) {
    Map out;
    std::map<std::string, Service> nodes;
    std::set<std::string> users;
    for (const Json& one : base::array_at(topology, "nodes")) {
        Service service{base::text_at(one, "id"), safe(one, "name"), layers_of(one),
                        base::flag_at(one, "isReal", true)};
        if (service.id.empty() || service.name.empty()) continue;
        // "User" stands for whoever sends no trace of his own
        if (base::text_at(one, "type") == "USER")
            users.insert(service.id);
        else
            nodes.emplace(service.id, std::move(service));
    }
    for (const Json& one : base::array_at(topology, "calls")) {
        if (out.calls.size() >= most) break;
        const std::string source = base::text_at(one, "source");
        const std::string target = base::text_at(one, "target");
        if (users.contains(source) || users.contains(target)) continue;
        const auto from = nodes.find(source);
        const auto to = nodes.find(target);
        if (from == nodes.end() || to == nodes.end() || source == target) continue;
        out.calls.push_back(
            {from->second.name, to->second.name, from->second.normal, to->second.normal});
    }
    for (auto& [id, service] : nodes) out.nodes.push_back(std::move(service));
    return out;
}

std::vector<model::Edge> edges_of(const Map& map, const Names& names) {
    std::set<std::pair<std::string, std::string>> pairs;
    for (const Call& call : map.calls) {
        const std::string from = names.of(call.source);
        const std::string to = names.of(call.target);
        if (from != to) pairs.emplace(from, to);
    }
    std::vector<model::Edge> out;
    for (const auto& [from, to] : pairs) out.push_back({from, to, "calls"});
    return out;
}

bool is_asked_for(const Service& service, const model::Incident& incident) {
    const std::string full = base::lower(service.name);
    const std::string plain = base::lower(service.shown);
    const auto is = [&](const std::string& name) {
        const std::string other = base::lower(name);
        return other == full || other == plain;
    };
    if (!incident.service.empty() && is(incident.service)) return true;
    for (const model::Alert& alert : incident.alerts)
        for (const auto& [key, value] : alert.labels)
            if (names_a_service(key) && is(value)) return true;
    const std::string question = base::lower(incident.question);
    return says(question, plain) || says(question, full);
}

Order order_of(const std::vector<Service>& services, const Map& map,
               const model::Incident& incident) {
    std::map<std::string, int> rank;  // by SkyWalking's name; 0: asked for
    for (const Service& service : services)
        if (is_asked_for(service, incident)) rank[service.name] = 0;
    const bool pointed = !rank.empty();
    for (const int step : {1, 2})
        for (const Call& call : map.calls)
            if (const auto it = rank.find(call.source); it != rank.end() && it->second == step - 1)
                rank.try_emplace(call.target, step);
    for (const Call& call : map.calls)
        if (const auto it = rank.find(call.target); it != rank.end() && it->second == 0)
            rank.try_emplace(call.source, 3);
    // beyond: what is called comes before what nobody is seen to call
    std::set<std::string> called;
    for (const Call& call : map.calls) called.insert(call.target);

    Order out;
    std::vector<std::pair<int, std::size_t>> ranked;
    for (std::size_t i = 0; i < services.size(); ++i) {
        const auto it = rank.find(services[i].name);
        // 1 and 2: called by those asked for, directly or by one step; 3: their callers; 4: called
        // by anybody
        ranked.emplace_back(it != rank.end()                    ? it->second
                            : called.contains(services[i].name) ? 4
                                                                : 5,
                            i);
    }
    std::stable_sort(ranked.begin(), ranked.end(),
                     [](const auto& a, const auto& b) { return a.first < b.first; });
    for (const auto& [place, position] : ranked) {
        out.positions.push_back(position);
        if (pointed && place == 0) ++out.asked;
        if (pointed && place <= 3) ++out.focus;
    }
    return out;
}

}  // namespace insight::collectors::skywalking
