#include "agent/chat/talk.h"

#include <fmt/format.h>

#include "agent/chat/prompts_text.h"
#include "core/base/text.h"

namespace insight::agent::chat {
namespace {

// Somebody waits for this answer: an investigation of thirty looks is a job, not a reply.
constexpr int kTurns = 8;
constexpr int kRepairs = 1;

}  // namespace

std::optional<Claims> Talk::run(std::string text, std::string& why) {
    prompt_.system = kSystemPrompt;
    prompt_.tools = toolbox_.faces();
    prompt_.answer_schema = claims_schema();
    say(std::move(text));
    // Two more turns than looks: one for the answer, one for its repair.
    for (int turn = 0, repairs = 0; turn < kTurns + 2; ++turn) {
        if (deadline_.passed())
            return why = "The model took too long; this is the engine's answer.", std::nullopt;
        prompt_.answer_now = turn >= kTurns;
        prompt_.deadline = deadline_.sooner(std::chrono::nanoseconds(call_timeout_));
        const reasoning::Exchange exchange = partner_.ask(prompt_);
        if (!exchange.answer) {
            why = fmt::format("The model did not answer ({}); this is the engine's answer.",
                              reasoning::sentence(exchange.ended));
            return std::nullopt;
        }
        model_ = exchange.answer->model;
        const llm::Answer& answer = *exchange.answer;
        if (answer.stop == llm::Stop::Refusal)
            return why = "The model would not answer; this is the engine's answer.", std::nullopt;
        if (!answer.turn.calls.empty() && !prompt_.answer_now) {
            if (!look(answer)) return std::nullopt;  // nobody listens any more
            continue;
        }
        auto claims = claims_from(answer.turn.text);
        if (claims) return std::move(*claims);
        if (++repairs > kRepairs)
            return why =
                       "The model's answer had not the shape asked for; this is the engine's "
                       "answer.",
                   std::nullopt;
        llm::Turn said = answer.turn;
        said.calls.clear();
        prompt_.turns.push_back(std::move(said));
        say("That was not it: " + claims.error().message + ". Answer with the JSON object alone.");
    }
    return why = "The model came to no answer; this is the engine's answer.", std::nullopt;
}

void Talk::say(std::string text) {
    llm::Turn turn;
    turn.text = std::move(text);
    prompt_.turns.push_back(std::move(turn));
}

bool Talk::look(const llm::Answer& answer) {
    for (const llm::ToolCall& call : answer.turn.calls)
        if (!progress_("tool", {{"name", base::shorten(base::clean_utf8(call.name), 64)},
                                {"arguments", base::shorten(base::dump_json(call.input), 400)}}))
            return false;
    prompt_.turns.push_back(answer.turn);
    llm::Turn results;
    results.results = toolbox_.run(answer.turn.calls, counts_).results;
    prompt_.turns.push_back(std::move(results));
    return true;
}

}  // namespace insight::agent::chat
