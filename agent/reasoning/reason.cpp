#include "agent/reasoning/reason.h"

#include <array>

namespace insight::agent::reasoning {
namespace {

struct Words {
    Ended ended;
    std::string_view code;
    std::string_view sentence;
};

constexpr std::array kWords{
    Words{Ended::Answered, "answered", "The model answered."},
    Words{Ended::NothingToDo, "nothing_to_do",
          "Nothing is wrong and nothing is new, so no model was asked."},
    Words{Ended::NothingRecorded, "nothing_recorded",
          "Nothing at all was recorded that a model could look into, so none was asked."},
    Words{Ended::Iterations, "iterations",
          "The most iterations were made before the model was done."},
    Words{Ended::NoProgress, "no_progress",
          "The model went on asking for what it had already seen."},
    Words{Ended::ToolLimit, "tool_limit", "The most tool calls were made."},
    Words{Ended::BudgetIncident, "budget_incident",
          "What this incident may cost was spent; raise reasoning.maxTokensPerIncident or "
          "reasoning.maxMoneyPerIncident to go on."},
    Words{Ended::BudgetDay, "budget_day",
          "What this day may cost was spent; raise reasoning.maxTokensPerDay or "
          "reasoning.maxMoneyPerDay to go on."},
    Words{Ended::NoPrice, "no_price",
          "Money is limited and the model has no price; add it below llm.prices."},
    Words{Ended::NoAccount, "no_account",
          "What was spent so far could not be read or written, so nothing more was spent."},
    Words{Ended::ProviderDown, "provider_down", "No model answered."},
    Words{Ended::Denied, "denied", "The provider refuses the key."},
    Words{Ended::RequestRefused, "request_refused", "The provider does not take the request."},
    Words{Ended::Refused, "refused", "The model refused to answer."},
    Words{Ended::Silent, "silent", "The model said nothing."},
    Words{Ended::TooLong, "too_long", "The model's answer was longer than allowed."},
    Words{Ended::BadAnswer, "bad_answer",
          "The model's answer had not the shape that was asked for."},
    Words{Ended::TooBig, "too_big", "Not even the shortest prompt fits what the model reads."},
    Words{Ended::Deadline, "deadline", "The time for the investigation was over."},
    Words{Ended::NotRecorded, "not_recorded",
          "The recording has no answer to what this version asks."},
    Words{Ended::Broken, "broken", "The investigation failed by a defect of this program."},
};

const Words& words(Ended ended) {
    for (const Words& one : kWords)
        if (one.ended == ended) return one;
    return kWords.back();
}

}  // namespace

std::string_view code(Ended ended) {
    return words(ended).code;
}

std::string_view sentence(Ended ended) {
    return words(ended).sentence;
}

Ended ended_from(std::string_view text) {
    for (const Words& one : kWords)
        if (one.code == text) return one.ended;
    return Ended::Broken;
}

}  // namespace insight::agent::reasoning
