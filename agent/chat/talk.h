// One answer being made: a model asks for looks, gets them, and says its statements in their
// schema.
#pragma once

#include <optional>
#include <string>

#include "agent/chat/said_by_model.h"
#include "agent/chat/talker.h"
#include "agent/reasoning/partner.h"
#include "agent/reasoning/toolbox.h"

namespace insight::agent::chat {

class Talk {
  public:
    // Everything given outlives it. `call_timeout`: of one question to the model.
    Talk(reasoning::Partner& partner, reasoning::Toolbox& toolbox, base::Deadline deadline,
         base::Nanos call_timeout, const Progress& progress)
        : partner_(partner),
          toolbox_(toolbox),
          deadline_(deadline),
          call_timeout_(call_timeout),
          progress_(progress) {}

    // `text`: what the model reads first. Nothing came of it: `why` says why in a sentence, and is
    // empty when nobody listens any more.
    std::optional<Claims> run(std::string text, std::string& why);

    [[nodiscard]] const std::string& model() const { return model_; }  // which one answered last

  private:
    void say(std::string text);
    bool look(const llm::Answer& answer);

    reasoning::Partner& partner_;
    reasoning::Toolbox& toolbox_;
    const base::Deadline deadline_;
    const base::Nanos call_timeout_;
    const Progress& progress_;
    llm::Prompt prompt_;
    model::Reasoning counts_;
    std::string model_;
};

}  // namespace insight::agent::chat
