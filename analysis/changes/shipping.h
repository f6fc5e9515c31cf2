// When a change went live, and where.
#pragma once

#include <string>
#include <vector>

#include "analysis/changes/read.h"
#include "analysis/changes/symptoms.h"

namespace insight::analysis::changes {

struct Shipping {
    std::string entity;                  // whose behaviour it changes; empty when nobody says
    const model::Change* via = nullptr;  // the deploy that made it live; null: it is live by itself
    model::Nanos live = 0;               // the earliest moment; 0 when it never went live here
    double certainty = 0;                // 0 to 1 that it was live by then
    std::string reason;
};

// Settings, flags, scaling and deploys act at their own time. A commit acts when it is deployed:
// with the deploy of the same ref; else with a deploy whose dependency bump names its folder; else
// with the next deploy of the entity its files belong to; else, for code that nobody owns alone,
// with the next deploy of an entity in trouble or of any. In a snapshot that lists no deploy at all
// a commit may act at once.
class Shipments {
  public:
    Shipments(const std::vector<Read>& all, const Symptoms& symptoms, model::Nanos until);

    // Of one of `all`.
    [[nodiscard]] const Shipping& of(const Read& read) const;

    // Commits that went live with this deploy, those named by its ref first.
    [[nodiscard]] std::vector<const model::Change*> carried_by(const model::Change& deploy) const;

    // The entity that the files belong to, told from the folders they lie in; empty for shared
    // code.
    [[nodiscard]] std::string owner_of(const std::vector<std::string>& files) const;

    // Does this deploy's own change only bring in another listed change (a module it bumps)?
    [[nodiscard]] bool only_brings_in(const Read& read) const { return bringing_.contains(&read); }

  private:
    [[nodiscard]] Shipping ship(const Read& read) const;
    const model::Change* next_deploy(const std::string& entity, model::Nanos from) const;
    [[nodiscard]] const Read* bump_of(const Read& commit) const;

    const std::vector<Read>& all_;
    const Symptoms& symptoms_;
    model::Nanos until_;
    std::vector<const model::Change*> deploys_;  // ascending in time
    std::map<std::string, std::vector<const model::Change*>> by_ref_;
    std::vector<std::pair<std::string, std::string>> names_;  // stem, entity
    std::vector<const Read*> bumping_;                        // those that raise a version
    std::vector<Shipping> shipped_;                           // in the order of all_
    std::set<const Read*> bringing_;                          // those that raise one to another's
};

// Deploys and images: what brings other changes with it.
bool is_deploy(const model::Change& change);

}  // namespace insight::analysis::changes
