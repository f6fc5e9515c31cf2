// A tool made of its face and one function.
#pragma once

#include <functional>

#include "agent/reasoning/tool.h"

namespace insight::agent::reasoning {

class SimpleTool final : public Tool {
  public:
    using Function = std::function<base::Result<Found>(const base::Json& arguments)>;
    SimpleTool(llm::Tool face, Function function)
        : face_(std::move(face)), function_(std::move(function)) {}

    [[nodiscard]] const llm::Tool& face() const override { return face_; }
    base::Result<Found> look(const base::Json& arguments) override { return function_(arguments); }

  private:
    const llm::Tool face_;
    const Function function_;
};

// What was asked, for people: "query_spans {"service":"cart"}".
std::string asked_text(std::string_view tool, const base::Json& arguments);

}  // namespace insight::agent::reasoning
