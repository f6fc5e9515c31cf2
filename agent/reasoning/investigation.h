// The loop: ask, look, ask again, until there is an answer or a limit.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "agent/reasoning/answer.h"
#include "agent/reasoning/partner.h"
#include "agent/reasoning/toolbox.h"

namespace insight::agent::reasoning {

// What a running investigation tells: "asking", "looking", "ended"; small JSON, no secrets.
using Watch = std::function<void(std::string_view event, const base::Json& detail)>;

// Threads: one. Ends by itself: every turn is an iteration, a repair or the last word, and there
// are limits for all three.
class Investigation {
  public:
    // All must outlive it. `opening` is the first turn.
    Investigation(Partner& partner, Toolbox& toolbox, Memory& memory, const Settings& settings,
                  base::Deadline deadline, std::string opening, const Watch& watch);

    // Nothing: there is no answer. Counts, `ended` and `note` go to `reasoning`.
    std::optional<ModelAnswer> run(model::Reasoning& reasoning);

  private:
    enum class Next { Ask, Done };
    Next take(const llm::Answer& answer, model::Reasoning& reasoning);
    Next take_calls(const llm::Answer& answer, model::Reasoning& reasoning);
    Next take_text(const llm::Answer& answer, model::Reasoning& reasoning);
    Exchange ask(model::Reasoning& reasoning);
    void say(const std::string& text);
    void finish_with(Ended why);
    void end(Ended why, std::string note = {});
    [[nodiscard]] llm::Prompt prompt_now() const;
    bool make_room(model::Reasoning& reasoning, bool anyhow);
    void tell(std::string_view event, const base::Json& detail) const;

    Partner& partner_;
    Toolbox& toolbox_;
    Memory& memory_;
    const Settings& settings_;
    const base::Deadline deadline_;
    const std::string opening_;
    const Watch& watch_;
    const std::string system_;
    const std::vector<llm::Tool> tools_;
    std::int64_t context_ = 0;
    int max_output_ = 0;

    std::vector<llm::Turn> turns_;
    std::optional<ModelAnswer> answer_;
    std::optional<Ended> ended_;
    std::string note_;
    bool answer_now_ = false;
    bool refused_for_size_ = false;
    int barren_ = 0, repairs_ = 0, nudges_ = 0, cut_off_ = 0;
};

}  // namespace insight::agent::reasoning
