#include "agent/fixes/gitops.h"

#include <fmt/format.h>

#include <algorithm>

#include "github/repository.h"

namespace insight::fixes {
namespace {

using base::Json;
using github::edits::ObjectName;

const Json& at(const Json& json, std::initializer_list<const char*> keys) {
    const Json* here = &json;
    for (const char* key : keys) here = &base::object_at(*here, key);
    return *here;
}

std::string text(const Json& json, std::initializer_list<const char*> keys, const char* last) {
    return base::text_at(at(json, keys), last);
}

ObjectName name_of(const Json& object) {
    return {base::text_at(object, "kind"), text(object, {"metadata"}, "namespace"),
            text(object, {"metadata"}, "name")};
}

bool is_kind(const Json& object, std::string_view group, std::string_view kind) {
    return base::text_at(object, "kind") == kind &&
           base::text_at(object, "apiVersion").starts_with(std::string(group) + "/");
}

const Json* find(const std::vector<Json>& resources, std::string_view group, std::string_view kind,
                 const std::string& space, const std::string& name) {
    const auto found = std::find_if(resources.begin(), resources.end(), [&](const Json& one) {
        return is_kind(one, group, kind) && text(one, {"metadata"}, "name") == name &&
               (space.empty() || text(one, {"metadata"}, "namespace") == space);
    });
    return found == resources.end() ? nullptr : &*found;
}

bool lists(const Json& application, const ObjectName& object) {
    for (const Json& one : base::array_at(base::object_at(application, "status"), "resources"))
        if (base::text_at(one, "kind") == object.kind &&
            base::text_at(one, "name") == object.name &&
            (object.space.empty() || base::text_at(one, "namespace") == object.space))
            return true;
    return false;
}

// The Application's name by what it writes on its objects; "ns_app" where apps live everywhere.
std::string tracked_by(const Json& live) {
    const Json& notes = at(live, {"metadata", "annotations"});
    const std::string id = base::text_at(notes, "argocd.argoproj.io/tracking-id");
    // "APP:GROUP/KIND:NAMESPACE/NAME" (Argo CD, resource tracking by annotation); the label is the
    // older way.
    if (!id.empty()) return id.substr(0, id.find(':'));
    return text(live, {"metadata", "labels"}, "argocd.argoproj.io/instance");
}

// "charts/web" and "../../env/prod.yaml" as one path; empty where it would leave the repository.
std::string joined(const std::string& folder, const std::string& path) {
    std::vector<std::string> parts;
    const std::string whole = path.starts_with('/') ? path : folder + "/" + path;
    std::size_t at = 0;
    while (at <= whole.size()) {
        const std::size_t end = std::min(whole.find('/', at), whole.size());
        const std::string part = whole.substr(at, end - at);
        at = end + 1;
        if (part.empty() || part == ".") continue;
        if (part != "..")
            parts.push_back(part);
        else if (parts.empty())
            return {};
        else
            parts.pop_back();
    }
    std::string out;
    for (const std::string& part : parts) out += (out.empty() ? "" : "/") + part;
    return out;
}

std::string plain_folder(std::string path) {
    while (path.starts_with("./")) path.erase(0, 2);
    while (path.starts_with('/')) path.erase(0, 1);
    while (path.ends_with('/')) path.pop_back();
    return path == "." ? "" : path;
}

Owner argo_owner(const Json& application) {
    Owner owner;
    const ObjectName name = name_of(application);
    owner.what = fmt::format("Argo CD Application {}/{}", name.space, name.name);
    const Json& spec = base::object_at(application, "spec");
    const Json* source = &base::object_at(spec, "source");
    // Several sources: the one with a folder holds the manifests.
    for (const Json& one : base::array_at(spec, "sources"))
        if (source->empty() && !base::text_at(one, "path").empty()) source = &one;
    owner.url = base::text_at(*source, "repoURL");
    owner.folder = plain_folder(base::text_at(*source, "path"));
    owner.branch = base::text_at(*source, "targetRevision");
    // The default branch, whatever it is called.
    if (owner.branch == "HEAD") owner.branch.clear();
    if (owner.branch.starts_with("refs/heads/")) owner.branch.erase(0, 11);
    owner.helm = source->contains("helm") || source->contains("chart") ||
                 base::text_at(base::object_at(application, "status"), "sourceType") == "Helm";
    owner.object = name;
    for (const Json& file : base::array_at(base::object_at(*source, "helm"), "valueFiles"))
        // "$ref/…" lies in another source: see places_of
        if (file.is_string() && !file.get_ref<const std::string&>().starts_with('$'))
            if (std::string path = joined(owner.folder, file.get<std::string>()); !path.empty())
                owner.value_files.push_back(std::move(path));
    return owner;
}

std::optional<Owner> flux_owner(const Json& kustomization, const std::vector<Json>& resources) {
    Owner owner;
    const ObjectName name = name_of(kustomization);
    owner.what = fmt::format("Flux Kustomization {}/{}", name.space, name.name);
    const Json& spec = base::object_at(kustomization, "spec");
    owner.folder = plain_folder(base::text_at(spec, "path"));
    const Json& source = base::object_at(spec, "sourceRef");
    const std::string space = base::text_at(source, "namespace", name.space);
    const Json* repository = find(resources, "source.toolkit.fluxcd.io", "GitRepository", space,
                                  base::text_at(source, "name"));
    if (repository == nullptr) return std::nullopt;
    owner.object = name;
    owner.url = text(*repository, {"spec"}, "url");
    owner.branch = text(*repository, {"spec", "ref"}, "branch");
    return owner;
}

// A chart that lies in Git is a repository of ours; one from a registry is not, and only the values
// of the release can be changed.
Owner helm_owner(const Json& release, const std::vector<Json>& resources) {
    Owner owner;
    owner.object = name_of(release);
    owner.what = fmt::format("Flux HelmRelease {}/{}", owner.object.space, owner.object.name);
    owner.helm = true;
    const Json& chart = at(release, {"spec", "chart", "spec"});
    const Json& source = base::object_at(chart, "sourceRef");
    // HelmRepository, OCIRepository and Bucket hold packed charts.
    if (base::text_at(source, "kind") != "GitRepository") return owner;
    const Json* repository =
        find(resources, "source.toolkit.fluxcd.io", "GitRepository",
             base::text_at(source, "namespace", owner.object.space), base::text_at(source, "name"));
    if (repository == nullptr) return owner;
    owner.url = text(*repository, {"spec"}, "url");
    owner.branch = text(*repository, {"spec", "ref"}, "branch");
    owner.folder = plain_folder(base::text_at(chart, "chart"));
    for (const Json& file : base::array_at(chart, "valuesFiles"))
        if (file.is_string()) owner.value_files.push_back(joined("", file.get<std::string>()));
    return owner;
}

bool inventories(const Json& kustomization, const ObjectName& object) {
    for (const Json& one : base::array_at(at(kustomization, {"status", "inventory"}), "entries")) {
        // Flux: "NAMESPACE_NAME_GROUP_KIND" (ResourceInventory).
        const std::string id = base::text_at(one, "id");
        if (id.starts_with(object.space + "_" + object.name + "_") &&
            id.ends_with("_" + object.kind))
            return true;
    }
    return false;
}

const Json* live_object(const ObjectName& object, const std::vector<Json>& resources) {
    const auto found = std::find_if(resources.begin(), resources.end(), [&](const Json& one) {
        const ObjectName name = name_of(one);
        return name.kind == object.kind && name.name == object.name &&
               (object.space.empty() || name.space == object.space);
    });
    return found == resources.end() ? nullptr : &*found;
}

}  // namespace

std::optional<github::RepositoryName> repository_of_url(const std::string& url) {
    std::string rest = url;
    if (const std::size_t scheme = rest.find("://"); scheme != std::string::npos) {
        rest.erase(0, scheme + 3);
        const std::size_t slash = rest.find('/');
        if (slash == std::string::npos) return std::nullopt;
        rest.erase(0, slash + 1);
    } else if (const std::size_t colon = rest.find(':'); colon != std::string::npos) {
        rest.erase(0, colon + 1);
    } else {
        return std::nullopt;
    }
    while (rest.ends_with('/')) rest.pop_back();
    if (rest.ends_with(".git")) rest.resize(rest.size() - 4);
    auto name = github::parse_name(rest);
    return name ? std::optional(std::move(*name)) : std::nullopt;
}

std::optional<Owner> owner_of(const ObjectName& object, const std::vector<Json>& resources) {
    std::optional<Owner> owner;
    if (const Json* live = live_object(object, resources)) {
        // What the object says of itself comes first: it is exact and cheap. Inventories of owners
        // only where it says nothing.
        const Json& labels = at(*live, {"metadata", "labels"});
        if (const std::string app = tracked_by(*live); !app.empty()) {
            const Json* found = find(resources, "argoproj.io", "Application", "", app);
            // "NAMESPACE_APP" where Applications may live in any namespace
            if (const std::size_t cut = app.find('_'); found == nullptr && cut != std::string::npos)
                found = find(resources, "argoproj.io", "Application", app.substr(0, cut),
                             app.substr(cut + 1));
            if (found != nullptr) owner = argo_owner(*found);
        }
        // What a release installed bears its name; the release itself bears the Kustomization's.
        const std::string release = base::text_at(labels, "helm.toolkit.fluxcd.io/name");
        if (!owner && !release.empty())
            if (const Json* found =
                    find(resources, "helm.toolkit.fluxcd.io", "HelmRelease",
                         base::text_at(labels, "helm.toolkit.fluxcd.io/namespace"), release))
                owner = helm_owner(*found, resources);
        const std::string flux = base::text_at(labels, "kustomize.toolkit.fluxcd.io/name");
        if (!owner && !flux.empty())
            if (const Json* found =
                    find(resources, "kustomize.toolkit.fluxcd.io", "Kustomization",
                         base::text_at(labels, "kustomize.toolkit.fluxcd.io/namespace"), flux))
                owner = flux_owner(*found, resources);
    }
    for (const Json& one : resources) {
        if (owner) break;
        if (is_kind(one, "argoproj.io", "Application") && lists(one, object))
            owner = argo_owner(one);
        else if (is_kind(one, "kustomize.toolkit.fluxcd.io", "Kustomization") &&
                 inventories(one, object))
            owner = flux_owner(one, resources);
    }
    if (owner) owner->repository = repository_of_url(owner->url);
    return owner;
}

std::vector<Place> places_of(const Owner& owner, const std::vector<Json>& resources) {
    std::vector<Place> out;
    // Who applies the owner has it in a repository, too: an app of apps, a Kustomization of
    // releases.
    if (const auto above = owner_of(owner.object, resources);
        above && above->repository && above->object != owner.object)
        out.push_back({owner.what + ", which " + above->what + " applies",
                       *above->repository,
                       above->branch,
                       above->folder,
                       {},
                       {owner.object},
                       true});
    if (owner.repository)
        out.push_back({owner.what,
                       *owner.repository,
                       owner.branch,
                       owner.folder,
                       owner.value_files,
                       {owner.object},
                       false});
    // Argo CD: sources: [{chart…, helm: {valueFiles: [$env/prod.yaml]}}, {ref: env, repoURL: …}]
    const Json* application =
        find(resources, "argoproj.io", "Application", owner.object.space, owner.object.name);
    if (application == nullptr || owner.object.kind != "Application") return out;
    const Json& sources = base::array_at(base::object_at(*application, "spec"), "sources");
    for (const Json& source : sources)
        for (const Json& file : base::array_at(base::object_at(source, "helm"), "valueFiles")) {
            const std::string path = file.is_string() ? file.get<std::string>() : std::string();
            const std::size_t slash = path.find('/');
            if (!path.starts_with('$') || slash == std::string::npos) continue;
            for (const Json& other : sources) {
                if (base::text_at(other, "ref") != path.substr(1, slash - 1)) continue;
                const auto repository = repository_of_url(base::text_at(other, "repoURL"));
                const std::string inside = joined("", path.substr(slash + 1));
                if (!repository || inside.empty()) continue;
                std::string branch = base::text_at(other, "targetRevision");
                if (branch == "HEAD") branch.clear();
                const std::size_t end = inside.rfind('/');
                out.push_back({owner.what,
                               *repository,
                               branch,
                               end == std::string::npos ? "" : inside.substr(0, end),
                               {inside},
                               {},
                               false});
            }
        }
    return out;
}

}  // namespace insight::fixes
