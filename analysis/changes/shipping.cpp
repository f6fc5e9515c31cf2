#include "analysis/changes/shipping.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "analysis/changes/words.h"

namespace insight::analysis::changes {
namespace {

// "inventory-service", "inventoryservice" and the folder "inventory" are the same thing.
std::string stem_of(std::string_view name) {
    // Longer ones first, for "microservice" ends in "service".
    static constexpr std::array<std::string_view, 6> kEndings{"microservice", "service", "server",
                                                              "svc",          "srv",     "app"};
    std::string stem;
    for (const char c : name)
        if (std::isalnum(static_cast<unsigned char>(c)) != 0)
            stem += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    for (const std::string_view ending : kEndings)
        if (stem.size() > ending.size() + 2 && stem.ends_with(ending)) {
            stem.resize(stem.size() - ending.size());
            break;
        }
    return stem;
}

std::vector<std::string> folders_of(const std::string& path) {
    std::vector<std::string> folders;
    std::size_t from = 0;
    for (std::size_t at = path.find('/'); at != std::string::npos; at = path.find('/', from)) {
        if (at > from) folders.push_back(path.substr(from, at - from));
        from = at + 1;
    }
    return folders;
}

// Does the bumped module's name end in the folder that holds the file?
bool names_folder(const std::string& module, const std::string& path) {
    const std::vector<std::string> folders = folders_of(path);
    // One folder alone ("libs") names nothing.
    for (std::size_t depth = std::min<std::size_t>(folders.size(), 4); depth >= 2; --depth) {
        std::string prefix = folders[0];
        for (std::size_t i = 1; i < depth; ++i) prefix += "/" + folders[i];
        if (module.find("/" + prefix) != std::string::npos) return true;
    }
    // A library of its own name: "libs/pricing/…" and "pricing-lib 2.0".
    return folders.size() >= 2 && folders[1].size() >= 5 &&
           module.find(folders[1]) != std::string::npos;
}

}  // namespace

bool is_deploy(const model::Change& change) {
    return change.kind == "deploy" || change.kind == "image";
}

Shipments::Shipments(const std::vector<Read>& all, const Symptoms& symptoms, model::Nanos until)
    : all_(all), symptoms_(symptoms), until_(until) {
    std::map<std::string, std::string> names;
    for (const Read& read : all) {
        const model::Change& change = *read.change;
        if (!read.values.bumps.empty()) bumping_.push_back(&read);
        if (!change.entity.empty()) names.emplace(stem_of(change.entity), change.entity);
        if (!is_deploy(change)) continue;
        deploys_.push_back(&change);
        if (!change.ref.empty()) by_ref_[change.ref].push_back(&change);
    }
    for (const auto& [entity, weight] : symptoms.entities) names.emplace(stem_of(entity), entity);
    for (auto& [stem, entity] : names)
        if (stem.size() >= 3) names_.emplace_back(stem, entity);  // shorter ones are in any path
    std::stable_sort(deploys_.begin(), deploys_.end(),
                     [](const model::Change* a, const model::Change* b) {
                         return a->earliest() < b->earliest();
                     });
    for (const Read& read : all) {
        shipped_.push_back(ship(read));
        if (read.change->kind != "commit") continue;
        if (const Read* bump = bump_of(read)) bringing_.insert(bump);
    }
}

std::string Shipments::owner_of(const std::vector<std::string>& files) const {
    for (const std::string& file : files)
        for (const std::string& folder : folders_of(file)) {
            const std::string stem = stem_of(folder);
            for (const auto& [name, entity] : names_)
                if (stem == name) return entity;
        }
    return {};
}

const model::Change* Shipments::next_deploy(const std::string& entity, model::Nanos from) const {
    for (const model::Change* deploy : deploys_)
        if (deploy->earliest() >= from && deploy->earliest() <= until_ &&
            (entity.empty() || deploy->entity == entity))
            return deploy;
    return nullptr;
}

const Read* Shipments::bump_of(const Read& commit) const {
    for (const Read* read : bumping_) {
        if (read == &commit || read->change->time < commit.change->time) continue;
        for (const Bump& bump : read->values.bumps)
            for (const std::string& file : commit.files)
                if (names_folder(bump.name, file)) return read;
    }
    return nullptr;
}

const Shipping& Shipments::of(const Read& read) const {
    return shipped_.at(static_cast<std::size_t>(&read - all_.data()));
}

Shipping Shipments::ship(const Read& read) const {
    const model::Change& change = *read.change;
    Shipping out;
    out.entity = change.entity;
    if (change.kind != "commit") {
        out.live = change.earliest();
        out.certainty = 1;
        out.reason = "acts by itself";
        return out;
    }
    const auto with = [&](const model::Change* deploy, double certainty, std::string reason) {
        if (deploy == nullptr) return false;
        out.via = deploy;
        out.live = deploy->earliest();
        out.certainty = certainty;
        out.reason = std::move(reason);
        if (out.entity.empty()) out.entity = deploy->entity;
        return true;
    };
    // From the surest way to the vaguest; the certainty says how much each is worth.
    if (const auto it = by_ref_.find(change.ref); it != by_ref_.end())
        if (with(it->second.front(), 1, "its deploy is listed")) return out;
    if (out.entity.empty()) out.entity = owner_of(read.files);
    if (const Read* bump = out.entity.empty() ? bump_of(read) : nullptr) {
        const auto it = by_ref_.find(bump->change->ref);
        if (it != by_ref_.end() &&
            with(it->second.front(), 0.9, "a dependency on its folder was raised and deployed"))
            return out;
    }
    if (!out.entity.empty()) {
        if (with(next_deploy(out.entity, change.time), 0.8,
                 "the next deploy of " + out.entity + " carries it"))
            return out;
    } else {
        if (with(next_deploy(symptoms_.subject, change.time), 0.5,
                 "shared code, may have come with the next deploy of " + symptoms_.subject))
            return out;
        for (const auto& [entity, weight] : symptoms_.entities)
            if (weight >= 0.5 &&
                with(next_deploy(entity, change.time), 0.45,
                     "shared code, may have come with the next deploy of " + entity))
                return out;
        if (with(next_deploy("", change.time), 0.3, "shared code, may have come with any deploy"))
            return out;
    }
    if (deploys_.empty()) {
        out.live = change.earliest();
        out.certainty = 0.5;
        out.reason = "no deploys are listed; it may act at once";
    } else {
        out.reason = "was not deployed before the end of the window";
    }
    return out;
}

std::vector<const model::Change*> Shipments::carried_by(const model::Change& deploy) const {
    std::vector<const model::Change*> carried;
    for (const Read& read : all_) {
        if (read.change->kind != "commit") continue;
        const Shipping& shipping = of(read);
        if (shipping.via == nullptr || shipping.certainty < 0.4) continue;
        const bool same = shipping.via == &deploy;
        if (same && read.change->ref == deploy.ref)
            carried.insert(carried.begin(), read.change);
        else if (same)
            carried.push_back(read.change);
    }
    return carried;
}

}  // namespace insight::analysis::changes
