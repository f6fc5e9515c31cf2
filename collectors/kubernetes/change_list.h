// Changes as they are found, within a window; and what their finders share.
#pragma once

#include <string>
#include <vector>

#include "collectors/kubernetes/estate.h"
#include "core/base/time.h"
#include "core/model/signals.h"

namespace insight::collectors::kubernetes {

class ChangeList {
  public:
    // `instance`: the collector instance's name, for `ref`.
    ChangeList(base::Nanos from, base::Nanos to, const std::string& instance);

    [[nodiscard]] bool inside(base::Nanos time) const { return time >= from_ && time <= to_; }

    // A change of `object` to be filled in; the reference holds until the next one.
    model::Change& add(base::Nanos time, const char* kind, std::string entity,
                       const base::Json& object);

    // The newest first, at most `most`.
    std::vector<model::Change> take(std::size_t most);

  private:
    base::Nanos from_;
    base::Nanos to_;
    std::string ref_;
    std::vector<model::Change> all_;
};

std::string name_of(const base::Json& object);
std::string path_of(const base::Json& object);  // "namespace/name"

// The managedFields entry of who wrote fields that begin so last; nullptr when nobody says so.
const base::Json* writer_of(const base::Json& object, std::string_view field);

// Revisions that were made or came back in the window, by the records that controllers keep.
void find_rollouts(const Estate& estate, const std::vector<base::Json>& events,
                   ChangeList& changes);

// Objects whose specification was created or written in the window.
void find_writes(const Estate& estate, ChangeList& changes);

}  // namespace insight::collectors::kubernetes
