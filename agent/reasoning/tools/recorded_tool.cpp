#include "agent/reasoning/tools/recorded_tool.h"

namespace insight::agent::reasoning {
namespace {

class RecordedTool final : public Tool {
  public:
    explicit RecordedTool(llm::Tool face) : face_(std::move(face)) {}
    [[nodiscard]] const llm::Tool& face() const override { return face_; }
    base::Result<Found> look(const base::Json& /*arguments*/) override {
        return base::fail(base::ErrorKind::Unavailable, "a replay asks nobody");
    }
    [[nodiscard]] bool outside() const override { return true; }

  private:
    const llm::Tool face_;
};

}  // namespace

base::Json face_json(const llm::Tool& face) {
    return {{"name", face.name}, {"description", face.description}, {"schema", face.input_schema}};
}

Tools recorded_tools(const base::Json& run) {
    Tools out;
    for (const base::Json& face : base::array_at(run, "tools"))
        out.push_back(std::make_unique<RecordedTool>(
            llm::Tool{base::text_at(face, "name"), base::text_at(face, "description"),
                      face.value("schema", base::Json::object())}));
    return out;
}

}  // namespace insight::agent::reasoning
