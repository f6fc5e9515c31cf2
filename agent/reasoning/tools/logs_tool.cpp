#include "agent/reasoning/arguments.h"
#include "agent/reasoning/tools/log_look.h"
#include "agent/reasoning/tools/log_query.h"
#include "agent/reasoning/tools/simple_tool.h"
#include "agent/reasoning/tools/tools.h"

namespace insight::agent::reasoning {
namespace {

class LogsTool final : public Tool {
  public:
    explicit LogsTool(const Case& of)
        : case_(of),
          face_{"query_logs",
                "Log lines of the recorded time: counts, templates (how often before and during "
                "the incident), groups, first or last lines. However many match, the answer is "
                "short: narrow it by service, pattern, severity or time to see more of it.",
                object_schema(log_properties())} {}

    [[nodiscard]] const llm::Tool& face() const override { return face_; }

    base::Result<std::unique_ptr<LogLook>> log_look(const base::Json& arguments) override {
        return look_at_logs(arguments, case_.snapshot.incident.window, "log lines",
                            asked_text(face_.name, arguments));
    }

    base::Result<Found> look(const base::Json& /*arguments*/) override {
        return base::fail(base::ErrorKind::Internal, "log records are only looked at in a pass");
    }

  private:
    const Case& case_;
    const llm::Tool face_;
};

}  // namespace

std::unique_ptr<Tool> logs_tool(const Case& of) {
    return std::make_unique<LogsTool>(of);
}

}  // namespace insight::agent::reasoning
