#include "collectors/skywalking/names.h"

#include <re2/re2.h>

#include <algorithm>
#include <array>
#include <cctype>

#include "core/base/base64.h"
#include "core/base/text.h"

namespace insight::collectors::skywalking {
namespace {

constexpr std::size_t kLongest = 300;

bool is_address(std::string_view host) {
    return host == "localhost" || host.find(':') != std::string_view::npos ||
           std::all_of(host.begin(), host.end(),
                       [](unsigned char c) { return std::isdigit(c) != 0 || c == '.'; });
}

bool has_layer(const Service& service, std::string_view layer) {
    return std::find(service.layers.begin(), service.layers.end(), layer) != service.layers.end();
}

// Layers whose names are "name.namespace".
bool of_kubernetes(const Service& service) {
    static constexpr std::array<std::string_view, 4> kLayers{"MESH", "MESH_DP", "K8S_SERVICE",
                                                             "CILIUM_SERVICE"};
    return std::any_of(kLayers.begin(), kLayers.end(),
                       [&](std::string_view layer) { return has_layer(service, layer); });
}

// An address as a name: the first host of a list, without its port and cluster domain.
std::string name_of_peer(std::string_view peer) {
    // "cluster/host:port": how agents write it that know their cluster
    if (const auto slash = peer.rfind('/'); slash != std::string_view::npos)
        peer.remove_prefix(slash + 1);
    peer = peer.substr(0, peer.find_first_of(",;"));
    const std::size_t colon = peer.rfind(':');
    const std::string_view host = peer.substr(0, colon);
    if (host.empty() || is_address(host)) return std::string(peer);
    if (const auto svc = host.find(".svc"); svc != std::string_view::npos)
        return std::string(host.substr(0, host.find('.')));
    return std::string(host);
}

std::string decoded(std::string_view text) {
    const auto out = base::from_base64(text);
    return out ? base::shorten(base::clean_utf8(*out), kLongest) : std::string();
}

}  // namespace

bool is_guessed(const Service& service) {
    return !service.normal || has_layer(service, "UNDEFINED");
}

std::string plain_name(const Service& service) {
    std::string_view name = service.name;
    if (is_guessed(service)) return name_of_peer(name);
    if (const auto group = name.find("::"); group != std::string_view::npos && group > 0)
        name.remove_prefix(group + 2);
    name = name.substr(0, name.find('|'));
    if (of_kubernetes(service))
        if (const auto dot = name.rfind('.'); dot != std::string_view::npos && dot > 0)
            name = name.substr(0, dot);
    return name.empty() ? service.name : std::string(name);
}

Id read_id(std::string_view id) {
    Id out;
    // base64 has neither '.' nor '_'
    const std::size_t dot = id.find('.');
    if (dot == std::string_view::npos || dot + 1 >= id.size()) return out;
    out.service = decoded(id.substr(0, dot));
    out.normal = id[dot + 1] != '0';
    if (dot + 3 < id.size() && id[dot + 2] == '_')
        out.part = decoded(id.substr(dot + 3, id.find('-', dot) - dot - 3));
    return out;
}

void Names::learn(std::vector<Service>& services) {
    const auto layer = [](const Service& service) {
        return service.layers.empty() ? std::string() : service.layers.front();
    };
    std::map<std::pair<std::string, std::string>, int> seen;
    for (Service& service : services) {
        const auto given = given_.find(service.name);
        service.shown = given == given_.end() ? plain_name(service) : given->second;
        ++seen[{layer(service), service.shown}];
    }
    for (Service& service : services) {
        if (seen[{layer(service), service.shown}] > 1 && !given_.contains(service.name))
            service.shown = service.name;
        // the same name in several layers is one thing seen twice; an agent tells more of it
        const bool fresh = known_.try_emplace(service.name, service.shown).second;
        if (!fresh && !is_guessed(service)) known_[service.name] = service.shown;
        guessed_.try_emplace(service.name, true).first->second &= is_guessed(service);
    }
}

std::string Names::of(const std::string& name) const {
    if (const auto it = known_.find(name); it != known_.end()) return it->second;
    if (const auto it = given_.find(name); it != given_.end()) return it->second;
    return plain_name({"", name, {}, true});
}

bool Names::is_guess(const std::string& name) const {
    const auto it = guessed_.find(name);
    return it != guessed_.end() && it->second;
}

std::string pod_name(const std::string& instance, const std::string& host) {
    // The last two parts are the ReplicaSet's hash and what makes the pod unique.
    static const re2::RE2 kPod("[a-z0-9]([-a-z0-9.]*[a-z0-9])?-[a-z0-9]{5,10}-[a-z0-9]{5}");
    const std::string before = instance.substr(0, instance.find('@'));
    for (const std::string& name : {host, before})
        if (name.size() <= 253 && re2::RE2::FullMatch(name, kPod)) return name;
    return {};
}

}  // namespace insight::collectors::skywalking
