// What a recorded window gives away about secrets, learned before any of it leaves the process: a
// password that stands bare in a log is known by then from the environment of its pod.
#pragma once

#include <functional>

#include "core/base/redaction.h"
#include "core/store/snapshot.h"

namespace insight::agent {

// Takes a piece of the window in: keys and values of a signal stand together in it.
using Learn = std::function<void(const base::Json&)>;

// Reads alerts, resources, events, changes, database rows, spans, labels and what log records are
// in the snapshot; of each kind at most 2 MiB.
void learn_secrets(const Learn& learn, const store::Snapshot& snapshot);
void learn_secrets(base::Border& border, const store::Snapshot& snapshot);

}  // namespace insight::agent
