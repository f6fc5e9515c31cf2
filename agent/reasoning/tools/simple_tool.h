// A tool made of its face and one function.
#pragma once

#include <functional>

#include "agent/reasoning/tool.h"

namespace insight::agent::reasoning {

class SimpleTool final : public Tool {
  public:
    using Function = std::function<base::Result<Found>(const base::Json& arguments)>;
    SimpleTool(llm::Tool face, Function function, bool outside = false)
        : face_(std::move(face)), function_(std::move(function)), outside_(outside) {}

    [[nodiscard]] const llm::Tool& face() const override { return face_; }
    base::Result<Found> look(const base::Json& arguments) override { return function_(arguments); }
    [[nodiscard]] bool outside() const override { return outside_; }

  private:
    const llm::Tool face_;
    const Function function_;
    const bool outside_;
};

// What was asked, for people: "query_spans {"service":"cart"}".
std::string asked_text(std::string_view tool, const base::Json& arguments);

}  // namespace insight::agent::reasoning
