#include "agent/reasoning/investigation.h"

#include <fmt/format.h>

#include "agent/reasoning/bounded.h"
#include "agent/reasoning/prompts.h"
#include "core/base/text.h"
#include "core/llm/estimate.h"

namespace insight::agent::reasoning {
namespace {

constexpr int kBarren = 3;      // turns in a row that bring nothing new
constexpr int kRepairs = 2;     // of an answer's shape
constexpr double kRoom = 0.85;  // of what fits: above, the transcript is made shorter
constexpr std::size_t kNotebook = 6'000;
constexpr std::size_t kLeastNotebook = 750;
constexpr std::size_t kLeastRoom = 400;  // of one result, in bytes
constexpr std::int64_t kUnknownContext = 32'000;

llm::Turn user(std::string text) {
    llm::Turn turn;
    turn.text = std::move(text);
    return turn;
}

bool blank(const std::string& text) {
    return text.find_first_not_of(" \t\r\n") == std::string::npos;
}

}  // namespace

Investigation::Investigation(Partner& partner, Toolbox& toolbox, Memory& memory,
                             const Settings& settings, base::Deadline deadline, std::string opening,
                             const Watch& watch)
    : partner_(partner),
      toolbox_(toolbox),
      memory_(memory),
      settings_(settings),
      deadline_(deadline),
      opening_(std::move(opening)),
      watch_(watch),
      system_(prompt("system", {{"actions", catalogue_text()}})),
      tools_(toolbox.faces()) {
    const std::int64_t reads = partner.context_tokens();
    context_ = reads > 0 ? reads : kUnknownContext;
    if (settings.context_tokens > 0) context_ = std::min(context_, settings.context_tokens);
    // The answer shares the window with the prompt: never more than a quarter of it.
    max_output_ = static_cast<int>(std::min<std::int64_t>(
        settings.max_output_tokens, std::max<std::int64_t>(256, context_ / 4)));
}

void Investigation::tell(std::string_view event, const base::Json& detail) const {
    if (watch_) watch_(event, detail);
}

llm::Prompt Investigation::prompt_now() const {
    llm::Prompt out;
    out.system = system_;
    out.turns = turns_;
    out.tools = tools_;
    out.answer_schema = answer_schema();
    out.answer_now = answer_now_;
    out.max_output_tokens = max_output_;
    // One slow call must leave time for the last question.
    out.deadline = deadline_.sooner(std::chrono::nanoseconds(settings_.call_timeout));
    return out;
}

// A user's word behind whatever came last.
void Investigation::say(const std::string& text) {
    if (!turns_.empty() && turns_.back().speaker == llm::Speaker::User) {
        std::string& last = turns_.back().text;
        last += (last.empty() ? "" : "\n\n") + text;
    } else {
        turns_.push_back(user(text));
    }
}

void Investigation::end(Ended why, std::string note) {
    // The first reason stays: what follows is only how the last word went.
    if (!ended_) {
        ended_ = why;
        note_ = std::move(note);
    }
}

// No more looks: one last question.
void Investigation::finish_with(Ended why) {
    end(why);
    if (answer_now_) return;
    answer_now_ = true;
    say(prompt("answer_now", {{"why", std::string(sentence(why))}}));
}

// What is older than the last exchange becomes the notebook. False: even so it does not fit.
bool Investigation::make_room(model::Reasoning& reasoning, bool anyhow) {
    const auto fits = [&](double share) {
        return llm::estimate_tokens(prompt_now()) <=
               static_cast<std::int64_t>(static_cast<double>(context_ - max_output_) * share);
    };
    if (!anyhow && fits(kRoom)) return true;
    if (turns_.size() <= 1) return fits(1);
    ++reasoning.compactions;
    memory_.transcript_was_cut();
    std::string last_word;
    std::vector<llm::Turn> kept;
    const llm::Turn& last = turns_.back();
    // A tool result must follow the turn that called for it: the two stay together or go together
    // (providers refuse a result without its call).
    if (turns_.size() > 2 && !last.results.empty())
        kept = {turns_[turns_.size() - 2], last};
    else if (last.speaker == llm::Speaker::User)
        last_word = turns_.size() == 1 ? "" : last.text;
    std::size_t notebook = kNotebook;
    const auto fits_now = [&] {
        turns_ = {user(opening_ + "\n\n" +
                       prompt("shortened", {{"notebook", memory_.notebook(notebook)}}))};
        turns_.insert(turns_.end(), kept.begin(), kept.end());
        if (!last_word.empty()) say(last_word);
        return fits(kRoom);
    };
    if (fits_now()) return true;
    for (std::size_t bytes = kLeastRoom * 8; !kept.empty() && bytes >= kLeastRoom; bytes /= 2) {
        for (llm::ToolResult& result : kept.back().results)
            result.content = toolbox_.smaller(result.content, bytes);
        notebook = std::max(kLeastNotebook, notebook / 2);
        if (fits_now()) return true;
    }
    if (!kept.empty()) {
        // The newest results do not fit either: their ids are in the notebook.
        last_word = kept.back().text;
        kept.clear();
        constexpr const char* kLeft =
            "the newest results did not fit and were left to the notebook";
        if (std::find(reasoning.cut.begin(), reasoning.cut.end(), kLeft) == reasoning.cut.end())
            reasoning.cut.emplace_back(kLeft);
        notebook = kNotebook;
        if (fits_now()) return true;
    }
    while (notebook > kLeastNotebook) {
        notebook = std::max(kLeastNotebook, notebook / 2);
        if (fits_now()) return true;
    }
    return fits(1);
}

Exchange Investigation::ask(model::Reasoning& reasoning) {
    Exchange exchange = partner_.ask(prompt_now());
    reasoning.calls += exchange.calls;
    reasoning.failed += exchange.failed;
    reasoning.tokens.input += exchange.usage.input;
    reasoning.tokens.cached += exchange.usage.cached_input;
    reasoning.tokens.cache_write += exchange.usage.cache_write;
    reasoning.tokens.output += exchange.usage.output;
    reasoning.cost += exchange.cost;
    for (const std::string& cut : exchange.cut)
        if (std::find(reasoning.cut.begin(), reasoning.cut.end(), cut) == reasoning.cut.end())
            reasoning.cut.push_back(cut);
    if (exchange.answer) reasoning.model = exchange.answer->model;
    return exchange;
}

Investigation::Next Investigation::take_calls(const llm::Answer& answer,
                                              model::Reasoning& reasoning) {
    base::Json names = base::Json::array();
    for (const llm::ToolCall& call : answer.turn.calls) names.push_back(cell(call.name, 64));
    tell("looking", {{"tools", std::move(names)}});
    Toolbox::Turn looked = toolbox_.run(answer.turn.calls, reasoning);
    turns_.push_back(answer.turn);
    llm::Turn results;
    results.results = std::move(looked.results);
    // A model that knows how many turns are left answers before the last one.
    results.text = fmt::format("Turn {} of {}.", reasoning.iterations, settings_.max_iterations);
    turns_.push_back(std::move(results));
    barren_ = looked.fresh > 0 ? 0 : barren_ + 1;
    if (barren_ >= kBarren)
        finish_with(Ended::NoProgress);
    else if (reasoning.tool_calls >= settings_.max_tool_calls)
        finish_with(Ended::ToolLimit);
    return Next::Ask;
}

Investigation::Next Investigation::take_text(const llm::Answer& answer,
                                             model::Reasoning& /*reasoning*/) {
    auto parsed = answer_from(answer.turn.text);
    if (parsed) {
        answer_ = std::move(*parsed);
        end(Ended::Answered);
        return Next::Done;
    }
    // Cut off by the limit of output it is no JSON; asked once to be shorter. Only the beginning is
    // shown back, for the whole would fill the next prompt as well.
    if (answer.stop == llm::Stop::Length) {
        if (++cut_off_ > 1) return end(Ended::TooLong), Next::Done;
        turns_.push_back(
            {llm::Speaker::Assistant, base::shorten(answer.turn.text, 400), {}, {}, {}});
        return say(prompt("shorter")), Next::Ask;
    }
    if (blank(answer.turn.text)) {
        if (++nudges_ > 1) return end(Ended::Silent), Next::Done;
        return say(prompt("nudge")), Next::Ask;
    }
    if (++repairs_ > kRepairs) return end(Ended::BadAnswer, parsed.error().message), Next::Done;
    llm::Turn said = answer.turn;
    // Calls that were asked for after "answer now" are not made, and providers refuse a call that
    // has no result behind it.
    said.calls.clear();
    turns_.push_back(std::move(said));
    return say(prompt("repair", {{"why", cell(parsed.error().message, 200)}})), Next::Ask;
}

Investigation::Next Investigation::take(const llm::Answer& answer, model::Reasoning& reasoning) {
    if (answer.stop == llm::Stop::Refusal) return end(Ended::Refused), Next::Done;
    if (!answer.turn.calls.empty() && !answer_now_) return take_calls(answer, reasoning);
    return take_text(answer, reasoning);
}

std::optional<ModelAnswer> Investigation::run(model::Reasoning& reasoning) {
    turns_ = {user(opening_)};
    Next next = Next::Ask;
    while (next == Next::Ask) {
        // Every limit but time, room and the provider leads to one last question: an investigation
        // that ends without an answer was paid for nothing.
        if (!answer_now_ && reasoning.iterations >= settings_.max_iterations)
            finish_with(Ended::Iterations);
        if (partner_.out_of_time(deadline_)) {
            end(Ended::Deadline);
            break;
        }
        if (!make_room(reasoning, false)) {
            end(Ended::TooBig);
            break;
        }
        if (!answer_now_) ++reasoning.iterations;
        tell("asking", {{"iteration", reasoning.iterations}, {"last", answer_now_}});
        const Exchange exchange = ask(reasoning);
        if (exchange.answer) {
            next = take(*exchange.answer, reasoning);
            continue;
        }
        // Perhaps it was too long for the model after all: once more with less.
        if (exchange.ended == Ended::RequestRefused && !refused_for_size_ && turns_.size() > 1) {
            refused_for_size_ = true;
            if (make_room(reasoning, true)) continue;
        }
        // The reason that led to the last question stays the reason of the end.
        if (ended_) reasoning.cut.push_back("the last question had no answer: " + exchange.note);
        end(exchange.ended, exchange.note);
        break;
    }
    reasoning.ended = code(*ended_);
    reasoning.note = sentence(*ended_);
    if (!note_.empty()) reasoning.note += " (" + cell(note_, 300) + ")";
    tell("ended", {{"reason", reasoning.ended}});
    return std::move(answer_);
}

}  // namespace insight::agent::reasoning
