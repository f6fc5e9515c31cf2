// Runs what a model calls: checks it, remembers it, runs independent looks at once, and makes
// evidence of everything that comes back.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "agent/reasoning/memory.h"
#include "agent/reasoning/recording.h"
#include "agent/reasoning/settings.h"
#include "agent/reasoning/tool.h"

namespace insight::agent::reasoning {

// Threads: one at a time; inside, looks run side by side.
class Toolbox {
  public:
    // All must outlive it. `context`: tokens that the model reads, 0 unknown. With `replay` the
    // answers of tools outside come from the recording.
    Toolbox(const Case& of, Shelf& shelf, Tools tools, Memory& memory, const Settings& settings,
            Recording& recording, std::int64_t context, bool replay);

    // The tools as a model sees them; `note` is one of them.
    [[nodiscard]] std::vector<llm::Tool> faces() const;

    struct Turn {
        std::vector<llm::ToolResult> results;  // one for each call, in order
        int fresh = 0;                         // brought evidence that was not seen before
    };
    // Counts go to `reasoning`.
    Turn run(const std::vector<llm::ToolCall>& calls, model::Reasoning& reasoning);

    // A result with less of its evidence in it; what is no evidence stays.
    [[nodiscard]] std::string smaller(const std::string& content, std::size_t bytes) const;

  private:
    struct Job;
    Tool* find(const std::string& name) const;
    void prepare(Job& job, const llm::ToolCall& call, model::Reasoning& reasoning);
    void narrow(Job& job) const;
    void take_note(Job& job, const llm::ToolCall& call);
    void look(std::vector<Job>& jobs) const;
    [[nodiscard]] std::size_t bytes_for(std::size_t calls) const;
    void settle(Job& job, model::Reasoning& reasoning, int& fresh);
    std::string shown(const model::Evidence& evidence, const base::Json& content,
                      const std::vector<std::string>& left_out, model::Reasoning& reasoning);

    const Case& case_;
    Shelf& shelf_;
    Tools tools_;
    Memory& memory_;
    const Settings& settings_;
    Recording& recording_;
    const std::int64_t context_;
    const bool replay_;
    std::size_t bytes_ = 0;  // of one result of this turn
    llm::Tool note_;
    // Which look an evidence came from: its handle leads back to everything it matched.
    std::map<std::string, std::pair<std::string, base::Json>> made_by_;
};

}  // namespace insight::agent::reasoning
