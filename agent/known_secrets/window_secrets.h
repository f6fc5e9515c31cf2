// For doors that stay open from incident to incident (trackers, channels, pull requests): their
// border learns the window of an incident once, before its first word goes out.
#pragma once

#include <deque>
#include <string>

#include "agent/known_secrets/learn.h"
#include "core/store/store.h"

namespace insight::agent {

// Threads: one at a time.
class WindowSecrets {
  public:
    // The store must outlive it.
    explicit WindowSecrets(store::Store& store) : store_(&store) {}

    // Does nothing for a window that was learned already, and again when it was recorded anew. A
    // window that cannot be read teaches nothing: what has a form or a key is hidden all the same.
    void learn(const std::string& incident, base::Border& border);

  private:
    store::Store* store_;
    std::deque<std::string> learned_;  // incident and what was planned for it; the newest 256
};

// The same for a door that opens once.
void learn_secrets(const Learn& learn, store::Store& store, const std::string& incident);

}  // namespace insight::agent
