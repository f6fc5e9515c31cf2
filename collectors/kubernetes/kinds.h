// What is read of a cluster: the one table from which requests, roles and doctor follow. Secrets
// are not in it, and nothing that is not in it is ever asked for.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/kubernetes/discovery.h"

namespace insight::collectors::kubernetes {

struct Kind {
    std::string_view group;
    std::string_view resource;  // plural
    bool namespaced = true;
    // in the order of preference; the first one is asked where discovery does not answer; empty:
    // read only where discovery finds it
    std::string_view versions;
    bool standard = true;  // part of every Kubernetes
};

// Most important first: a request that runs out of time loses the end of the list.
std::span<const Kind> kinds();

// Is this what a person means by `pods`, `deployments.apps`?
bool is_named(const Kind& kind, std::string_view name);

// Does the table have kinds of this group? Other projects reuse names such as Job or Service, and
// theirs are none of the objects that are meant by the name.
bool is_group_of_table(std::string_view group);

// One target a namespace; one for all of them with an empty `spaces`, and where none are.
std::vector<insight::kubernetes::Target> in_spaces(insight::kubernetes::Target target,
                                                   const std::vector<std::string>& spaces);

// The collections to list for `kind`, one a namespace (one for all with an empty `spaces`). Empty:
// the server has none.
std::vector<insight::kubernetes::Target> targets(const Kind& kind,
                                                 const insight::kubernetes::Catalog* catalog,
                                                 const std::vector<std::string>& spaces);

// Pod logs and usage besides, as `get`/`list` permissions for roles.
std::vector<insight::kubernetes::Target> extra_permissions(bool logs);

}  // namespace insight::collectors::kubernetes
