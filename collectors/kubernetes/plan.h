// Which lists one cluster is asked for: the kinds of the table and those of somebody's own, each in
// the version and the scope in which discovery found it. Collections, doctor and roles all follow
// from this.
#pragma once

#include "collectors/kubernetes/options.h"
#include "core/kubernetes/discovery.h"
#include "core/model/signals.h"

namespace insight::collectors::kubernetes {

// A named kind that cannot be listed.
struct Absent {
    CustomKind kind;
    model::Outcome outcome = model::Outcome::Empty;
    std::string why;  // one sentence
    std::string fix;
};

struct Plan {
    std::vector<insight::kubernetes::Target> targets;  // most important first
    std::vector<Absent> absent;
};

// Does discovery have to look into this group?
bool is_wanted(const Options& options, std::string_view group);

// nullptr: discovery is closed to us; then only the standard kinds are known.
Plan plan_of(const Options& options, const insight::kubernetes::Catalog* catalog);

// Every permission that an incident would use. Without a catalog custom kinds are taken for
// namespaced, which nearly all are.
std::vector<insight::kubernetes::Target> permissions(const Options& options,
                                                     const insight::kubernetes::Catalog* catalog);

}  // namespace insight::collectors::kubernetes
