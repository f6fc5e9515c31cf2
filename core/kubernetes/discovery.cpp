#include "core/kubernetes/discovery.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <tuple>

namespace insight::kubernetes {
namespace {

using base::Json;

constexpr std::size_t kMostResources = 20'000;
constexpr std::size_t kMostGroups = 2000;
// In the order of preference: v2 since 1.30, v2beta1 since 1.26, and what all older servers know.
constexpr std::string_view kAggregated =
    "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,"
    "application/json;g=apidiscovery.k8s.io;v=v2beta1;as=APIGroupDiscoveryList,application/json";

int number_in(std::string_view text, std::size_t& at) {
    int value = 0;
    while (at < text.size() && text[at] >= '0' && text[at] <= '9' && value < 10'000)
        value = value * 10 + (text[at++] - '0');
    return value;
}

// stability (GA 3, beta 2, alpha 1, else 0), major, minor
// The order of Kubernetes itself: v2, v1, v2beta1, v1beta2, v1beta1, v1alpha1, then other names.
std::tuple<int, int, int> rank_of(std::string_view version) {
    std::size_t at = 1;
    if (version.size() < 2 || version[0] != 'v') return {0, 0, 0};
    const int major = number_in(version, at);
    if (at == 1) return {0, 0, 0};
    if (at == version.size()) return {3, major, 0};
    const bool beta = version.substr(at).starts_with("beta");
    if (!beta && !version.substr(at).starts_with("alpha")) return {0, 0, 0};
    at += beta ? 4 : 5;
    return {beta ? 2 : 1, major, number_in(version, at)};
}

bool has_verb(const Json& resource, std::string_view verb) {
    const Json& verbs = base::array_at(resource, "verbs");
    return std::any_of(verbs.begin(), verbs.end(),
                       [&](const Json& one) { return one.is_string() && one == verb; });
}

void add_legacy(const Json& list, const std::string& group, const std::string& version,
                Catalog& into) {
    for (const Json& one : base::array_at(list, "resources")) {
        const std::string name = base::text_at(one, "name");
        if (name.find('/') != std::string::npos) continue;  // a subresource: never a list
        into.add({group, version, name, base::text_at(one, "kind"),
                  base::flag_at(one, "namespaced"), has_verb(one, "list")});
    }
}

void remember(const std::string& group, std::vector<std::string>& groups) {
    if (groups.size() < kMostGroups && is_path_safe(group)) groups.push_back(group);
}

// False: the answer was no aggregated discovery.
bool add_aggregated(const Json& list, const std::function<bool(std::string_view)>& wanted,
                    Catalog& into, std::vector<std::string>& groups,
                    std::vector<std::string>& stale) {
    if (base::text_at(list, "kind") != "APIGroupDiscoveryList") return false;
    for (const Json& item : base::array_at(list, "items")) {
        const std::string group = base::text_at(base::object_at(item, "metadata"), "name");
        remember(group, groups);
        for (const Json& version : base::array_at(item, "versions")) {
            // The API server could not ask the group's backend; what it lists then is old or
            // nothing.
            if (base::text_at(version, "freshness") == "Stale") stale.push_back(group);
            if (!wanted(group)) continue;
            for (const Json& one : base::array_at(version, "resources"))
                into.add({group, base::text_at(version, "version"), base::text_at(one, "resource"),
                          base::text_at(base::object_at(one, "responseKind"), "kind"),
                          base::text_at(one, "scope") == "Namespaced", has_verb(one, "list")});
        }
    }
    return true;
}

}  // namespace

bool version_before(std::string_view left, std::string_view right) {
    return rank_of(left) > rank_of(right);
}

void Catalog::add(ApiResource resource) {
    if (size_ >= kMostResources || resource.resource.empty() || resource.version.empty()) return;
    ++size_;
    by_group_[resource.group].push_back(std::move(resource));
}

const ApiResource* Catalog::find(std::string_view group, std::string_view resource,
                                 std::span<const std::string_view> versions) const {
    const auto in_group = by_group_.find(group);
    if (in_group == by_group_.end()) return nullptr;
    const ApiResource* best = nullptr;
    const auto place = [&](const ApiResource& one) {
        return std::find(versions.begin(), versions.end(), one.version) - versions.begin();
    };
    for (const ApiResource& one : in_group->second) {
        if (one.resource != resource || !one.listable) continue;
        if (best == nullptr || place(one) < place(*best) ||
            (place(one) == place(*best) && version_before(one.version, best->version)))
            best = &one;
    }
    return best;
}

std::vector<std::string> Catalog::plurals_of(std::string_view group) const {
    std::set<std::string> out;
    if (const auto in_group = by_group_.find(group); in_group != by_group_.end())
        for (const ApiResource& one : in_group->second) out.insert(one.resource);
    return {out.begin(), out.end()};
}

base::Result<Catalog> discover(Client& client, const std::function<bool(std::string_view)>& wanted,
                               base::Deadline deadline) {
    Catalog out;
    const auto read = [&](const std::string& path, std::string_view accept) {
        auto answer = client.get(path, {}, deadline, accept, 16U << 20);
        if (!answer) return base::Result<Json>(base::fail(std::move(answer.error())));
        if (answer->status != 200)
            return base::Result<Json>(base::fail(client.failure(
                *answer, {"", "", "discovery (" + path + ")", "", "", "", "get", false})));
        return base::parse_json(answer->body, "the discovery of Kubernetes " + client.name());
    };
    // The core is asked for even where no kind of it is wanted: it tells an API server from a page.
    auto core = read("/api/v1", kPlainJson);
    if (!core) return base::fail(std::move(core.error()));
    if (base::array_at(*core, "resources").empty())
        return base::fail(base::ErrorKind::Corrupt,
                          fmt::format("what answers at {} is not the API of Kubernetes {}",
                                      client.access().server, client.name()));
    add_legacy(*core, "", "v1", out);
    // An old server ignores what it does not know in Accept and gives the plain list of groups.
    auto groups = read("/apis", kAggregated);
    if (!groups) return base::fail(std::move(groups.error()));
    if (add_aggregated(*groups, wanted, out, out.groups_, out.stale_)) return out;
    for (const Json& group : base::array_at(*groups, "groups")) {
        const std::string name = base::text_at(group, "name");
        remember(name, out.groups_);
        if (!wanted(name) || !is_path_safe(name)) continue;
        for (const Json& version : base::array_at(group, "versions")) {
            const std::string text = base::text_at(version, "version");
            if (!is_path_safe(text)) continue;
            // one broken group must not hide the others
            if (auto list = read("/apis/" + name + "/" + text, kPlainJson))
                add_legacy(*list, name, text, out);
            else
                out.stale_.push_back(name);
        }
    }
    return out;
}

}  // namespace insight::kubernetes
