// Who may say it better than the engine: a language model behind budget, border, tools and claim
// check.
#pragma once

#include <functional>
#include <optional>

#include "agent/chat/answers.h"

namespace insight::agent::chat {

// "tool" {name, arguments}; false: nobody listens any more.
using Progress = std::function<bool(std::string_view event, const base::Json& data)>;

// Threads: safe.
class Talker {
  public:
    virtual ~Talker() = default;
    // Answers over the incident's report and recorded window; `draft` is the engine's answer.
    // Nothing when the model cannot or may not answer, or when nothing it said stood the check:
    // `why` then says so in one sentence and the draft is given.
    virtual std::optional<Answer> say(const Question& question, const Conversation& conversation,
                                      const base::Json& report, const Answer& draft,
                                      base::Deadline deadline, const Progress& progress,
                                      std::string& why) = 0;
};

}  // namespace insight::agent::chat
