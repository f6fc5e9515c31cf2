#include "collectors/kubernetes/change_list.h"

#include <algorithm>
#include <tuple>

#include "collectors/kubernetes/look.h"
#include "core/base/text.h"

namespace insight::collectors::kubernetes {

using base::Json;
using base::Nanos;
using model::Change;

std::string name_of(const Json& object) {
    return text(object, "metadata", "name");
}

std::string path_of(const Json& object) {
    const std::string space = text(object, "metadata", "namespace");
    return space.empty() ? name_of(object) : space + "/" + name_of(object);
}

ChangeList::ChangeList(Nanos from, Nanos to, const std::string& instance)
    : from_(from), to_(to), ref_("kubernetes/" + instance) {}

Change& ChangeList::add(Nanos time, const char* kind, std::string entity, const Json& object) {
    Change change;
    change.time = time;
    change.kind = kind;
    change.entity = std::move(entity);
    change.ref = ref_ + " " + base::lower(text(object, "kind")) + " " + path_of(object);
    all_.push_back(std::move(change));
    return all_.back();
}

std::vector<Change> ChangeList::take(std::size_t most) {
    std::sort(all_.begin(), all_.end(), [](const Change& a, const Change& b) {
        return std::tie(b.time, a.entity, a.summary) < std::tie(a.time, b.entity, b.summary);
    });
    if (all_.size() > most) all_.resize(most);
    return std::move(all_);
}

// "fields" is what slimming made of fieldsV1: flat paths, of the window's writers only.
const Json* writer_of(const Json& object, std::string_view field) {
    const Json* best = nullptr;
    for (const Json& entry : list(object, "metadata", "managedFields"))
        for (const Json& one : list(entry, "fields"))
            if (one.is_string() && one.get_ref<const std::string&>().starts_with(field) &&
                (best == nullptr || time_at(*best, "time") < time_at(entry, "time")))
                best = &entry;
    return best;
}

}  // namespace insight::collectors::kubernetes
