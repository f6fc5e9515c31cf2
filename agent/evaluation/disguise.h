// The same incident in a system with other names at another time. Whoever ranks by what happened
// ranks it the same; whoever knows a name, a date or an order of names does not.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "core/store/snapshot.h"

namespace insight::evaluation {

class Disguise {
  public:
    // Names are those that signals, topology, changes, databases and Kubernetes objects give to
    // entities; each gets one of the same shape, in an order unlike the old one.
    Disguise(const store::Snapshot& snapshot, base::Nanos shift);

    // Renames wherever a name stands as a word by itself (label values, log bodies, summaries,
    // diffs, file names, objects) and moves every time.
    void apply(store::Snapshot& snapshot) const;

    [[nodiscard]] std::string renamed(const std::string& text) const;

  private:
    void apply(model::Labels& labels) const;
    void apply(base::Json& value) const;
    void apply(model::Signals& signals) const;
    void apply(model::Incident& incident) const;
    void move(base::Nanos& time) const;

    std::map<std::string, std::string> names_;
    std::map<char, std::vector<std::string>> by_first_;  // longest first
    base::Nanos shift_;
};

}  // namespace insight::evaluation
