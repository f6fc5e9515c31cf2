// A language model that follows a script: what it says does not depend on a network, and everything
// it was asked is kept.
#pragma once

#include <string>
#include <vector>

#include "core/llm/model.h"

namespace insight::agent::reasoning::test {

// A step is one of
//   {"calls": [{"tool": …, "input": …}…]}      "times": how often this step is made
//   {"answer": {…}}                             the final answer
//   {"text": "…"}                               anything else
//   {"stop": "length" | "refusal"}              with "text"
//   {"fail": "unavailable" | "timeout" | "denied" | "invalid" | "corrupt"}
//   {"malformed": "…"}                          a call whose arguments are no JSON
// The last step is repeated for ever. "{N}" inside a text becomes the id of the evidence that the
// Nth tool call brought; "{id: TEXT}" the id of the first evidence in the prompt whose fenced text
// has TEXT. Several step lists may be given: `when` a text stands in the prompt decides.
class ScriptedModel final : public llm::Model {
  public:
    ScriptedModel(std::string name, base::Json steps, std::int64_t context);

    base::Result<llm::Answer> ask(const llm::Prompt& prompt,
                                  const llm::Progress& progress = {}) override;
    [[nodiscard]] std::string_view name() const override { return name_; }
    [[nodiscard]] std::int64_t context_tokens() const override { return context_; }

    [[nodiscard]] const std::vector<llm::Prompt>& prompts() const { return prompts_; }

  private:
    const std::string name_;
    const base::Json steps_;
    const std::int64_t context_;
    std::vector<llm::Prompt> prompts_;
    std::size_t step_ = 0;
    int made_ = 0;  // of the present step
    int calls_ = 0;
    std::vector<std::string> ids_;  // of the evidence that came back, by call
};

// Every text of a prompt that a model reads.
std::string text_of(const llm::Prompt& prompt);

}  // namespace insight::agent::reasoning::test
