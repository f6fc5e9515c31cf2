// A look into the recorded window: read-only, typed, bounded.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "agent/reasoning/case.h"
#include "agent/reasoning/shelf.h"
#include "core/llm/model.h"

namespace insight::agent::reasoning {

// What a look brought. Its evidence has no id yet; its content is bounded, says how much there was
// and is all that the model sees: what is shown and what claims are checked against are the same.
struct Found {
    model::Evidence evidence;
    std::vector<std::string> left_out;  // one sentence each
};

// A look at log records while they stream by. Parts are taken by different threads at once, and
// brought together in finish().
class LogLook {
  public:
    virtual ~LogLook() = default;
    virtual void take(std::size_t part, const model::LogView& record) = 0;
    virtual base::Result<Found> finish() = 0;
};

// Threads: safe. Errors of both: Invalid (the arguments: which, and what would be right), NotFound.
class Tool {
  public:
    virtual ~Tool() = default;
    [[nodiscard]] virtual const llm::Tool& face() const = 0;
    // Looks that need the log records give a LogLook, so that one pass serves several.
    virtual base::Result<std::unique_ptr<LogLook>> log_look(const base::Json& arguments);
    virtual base::Result<Found> look(const base::Json& arguments) = 0;
    // Whether its answer comes from outside the recording and has to be recorded itself.
    [[nodiscard]] virtual bool outside() const { return false; }
};

using Tools = std::vector<std::unique_ptr<Tool>>;

}  // namespace insight::agent::reasoning
