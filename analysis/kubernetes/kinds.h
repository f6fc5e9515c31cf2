// What the kinds that rules know are called: groups, plurals, and what runs for good.
#pragma once

#include <string>
#include <string_view>

namespace insight::analysis::kubernetes {

// Is this the group whose objects the rules mean by this kind? Other projects reuse names such as
// Service or Gateway. Kinds without rules belong to every group.
bool is_known_group(std::string_view kind, std::string_view group);

// "networkpolicies" of NetworkPolicy, as in the paths of the API (lower case)
std::string plural_of(std::string_view kind);
// Is it the plural of a kind with rules? In lower case.
bool is_known_plural(std::string_view plural);
// Are the objects of this list those that the rules mean?
bool is_known_list(std::string_view plural, std::string_view group);

// Workloads whose pods are meant to run until somebody stops them.
bool is_service_like(std::string_view kind);

}  // namespace insight::analysis::kubernetes
