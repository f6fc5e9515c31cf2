// The recorded window that a model looks into while it answers.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "agent/reasoning/case.h"
#include "core/store/store.h"

namespace insight::agent::chat {

struct Window {
    std::shared_ptr<const store::Snapshot> snapshot;  // without its log records
    reasoning::LogStream logs;                        // reads them, as often as it is called
};

// Where the window of an incident is. Threads: safe. Errors: NotFound, Corrupt, Unavailable.
using Windows = std::function<base::Result<Window>(const std::string& incident)>;

// As the service keeps them. The store must outlive it.
Windows windows_in(store::Store& store);

}  // namespace insight::agent::chat
