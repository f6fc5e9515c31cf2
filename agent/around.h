// What rooms above want to be told of an investigation. Called on the worker's thread.
#pragma once

#include <functional>

#include "core/base/json.h"
#include "core/base/result.h"
#include "core/model/incident.h"

namespace insight::agent {

// Empty functions are not called.
struct Around {
    std::function<void(const model::Incident&)> before{};  // recording begins; must not wait
    std::function<void(base::Json& report)> written{};     // may add keys of its own
    // The report is on disk. After an error the job is run again.
    std::function<base::Status(const base::Json& report)> stored{};
};

}  // namespace insight::agent
