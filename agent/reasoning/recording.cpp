#include "agent/reasoning/recording.h"

#include <fmt/format.h>

#include "core/base/crypto.h"

namespace insight::agent::reasoning {
namespace {

using base::Json;

Json call_json(const llm::ToolCall& call) {
    Json out{{"id", call.id}, {"name", call.name}, {"input", call.input}};
    if (!call.malformed.empty()) out["malformed"] = call.malformed;
    return out;
}

Json turn_json(const llm::Turn& turn) {
    Json out{{"speaker", turn.speaker == llm::Speaker::User ? "user" : "assistant"},
             {"text", turn.text}};
    for (const llm::ToolCall& call : turn.calls) out["calls"].push_back(call_json(call));
    for (const llm::ToolResult& result : turn.results)
        out["results"].push_back(
            {{"id", result.call_id}, {"content", result.content}, {"error", result.is_error}});
    return out;
}

std::string_view name(llm::Stop stop) {
    switch (stop) {
        case llm::Stop::End:
            return "end";
        case llm::Stop::Tools:
            return "tools";
        case llm::Stop::Length:
            return "length";
        case llm::Stop::Refusal:
            return "refusal";
    }
    return "end";
}

llm::Stop stop_from(std::string_view name) {
    if (name == "tools") return llm::Stop::Tools;
    if (name == "length") return llm::Stop::Length;
    return name == "refusal" ? llm::Stop::Refusal : llm::Stop::End;
}

Json found_json(const Found& found) {
    return {{"title", found.evidence.title},   {"source", found.evidence.source},
            {"query", found.evidence.query},   {"start", found.evidence.range.start},
            {"end", found.evidence.range.end}, {"content", found.evidence.content},
            {"leftOut", found.left_out}};
}

std::vector<std::string> texts(const Json& list) {
    std::vector<std::string> out;
    for (const Json& item : list)
        if (item.is_string()) out.push_back(item.get<std::string>());
    return out;
}

}  // namespace

Json to_json(const Exchange& exchange) {
    Json out{{"ended", code(exchange.ended)},
             {"calls", exchange.calls},
             {"failed", exchange.failed},
             {"cost", exchange.cost},
             {"usage",
              {{"input", exchange.usage.input},
               {"cached", exchange.usage.cached_input},
               {"cacheWrite", exchange.usage.cache_write},
               {"output", exchange.usage.output}}}};
    if (!exchange.note.empty()) out["note"] = exchange.note;
    if (!exchange.cut.empty()) out["cut"] = exchange.cut;
    if (exchange.answer) {
        out["answer"] = turn_json(exchange.answer->turn);
        out["stop"] = name(exchange.answer->stop);
        out["model"] = exchange.answer->model;
    }
    return out;
}

Exchange exchange_from_json(const Json& json) {
    Exchange out;
    out.ended = ended_from(base::text_at(json, "ended"));
    out.note = base::text_at(json, "note");
    out.cut = texts(base::array_at(json, "cut"));
    out.calls = base::integer_at(json, "calls");
    out.failed = base::integer_at(json, "failed");
    out.cost = base::number_at(json, "cost");
    const Json& usage = base::object_at(json, "usage");
    out.usage = {base::integer_at(usage, "input"), base::integer_at(usage, "cached"),
                 base::integer_at(usage, "cacheWrite"), base::integer_at(usage, "output")};
    if (!json.contains("answer")) return out;
    const Json& turn = base::object_at(json, "answer");
    llm::Answer answer;
    answer.turn.speaker = llm::Speaker::Assistant;
    answer.turn.text = base::text_at(turn, "text");
    for (const Json& call : base::array_at(turn, "calls"))
        if (call.is_object())
            answer.turn.calls.push_back({base::text_at(call, "id"), base::text_at(call, "name"),
                                         call.value("input", Json()),
                                         base::text_at(call, "malformed")});
    answer.stop = stop_from(base::text_at(json, "stop"));
    answer.model = base::text_at(json, "model");
    out.answer = std::move(answer);
    return out;
}

// Of the prompt before the border: tokens depend on a key that a replay does not have.
std::string digest_of(const llm::Prompt& prompt) {
    base::Sha256 hash;
    hash.update(prompt.system);
    for (const llm::Turn& turn : prompt.turns) hash.update(base::dump_json(turn_json(turn)));
    for (const llm::Tool& tool : prompt.tools)
        hash.update(tool.name + tool.description + base::dump_json(tool.input_schema));
    hash.update(base::dump_json(prompt.answer_schema) + (prompt.answer_now ? "now" : ""));
    return hash.hex();
}

void Recording::run(Json run) {
    const std::lock_guard lock(mutex_);
    run["kind"] = "run";
    // known only when the first prompt is made, but read before anything else
    lines_.insert(lines_.begin(), std::move(run));
}

void Recording::add(const std::string& prompt_digest, const Exchange& exchange) {
    Json line = to_json(exchange);
    line["kind"] = "exchange";
    line["prompt"] = prompt_digest;
    const std::lock_guard lock(mutex_);
    lines_.push_back(std::move(line));
}

void Recording::add(const std::string& key, const base::Result<Found>& answer) {
    Json line{{"kind", "outside"}, {"key", key}};
    if (answer)
        line["found"] = found_json(*answer);
    else
        line["error"] = {{"kind", static_cast<int>(answer.error().kind)},
                         {"message", answer.error().text()}};
    const std::lock_guard lock(mutex_);
    lines_.push_back(std::move(line));
}

void Recording::out_of_time() {
    const std::lock_guard lock(mutex_);
    lines_.push_back({{"kind", "deadline"}});
}

bool Recording::time_was_over() const {
    const std::lock_guard lock(mutex_);
    for (std::size_t i = next_; i < lines_.size(); ++i) {
        const std::string kind = base::text_at(lines_[i], "kind");
        // Whichever comes next in the recording: the live run looked at the clock at this very
        // point.
        if (kind == "deadline" || kind == "exchange") return kind == "deadline";
    }
    return false;
}

const Json* Recording::run() const {
    const std::lock_guard lock(mutex_);
    for (const Json& line : lines_)
        if (base::text_at(line, "kind") == "run") return &line;
    return nullptr;
}

std::optional<Exchange> Recording::next(const std::string& prompt_digest) {
    const std::lock_guard lock(mutex_);
    for (; next_ < lines_.size(); ++next_) {
        const Json& line = lines_[next_];
        if (base::text_at(line, "kind") != "exchange") continue;
        ++next_;
        Exchange out = exchange_from_json(line);
        // A newer version asks in other words; the old answer is still what the model said of this
        // window, and its statements are checked anew. So it is used, and that is told.
        if (base::text_at(line, "prompt") != prompt_digest)
            out.cut.emplace_back(
                "an answer of the recording was given to another prompt: this version asks "
                "differently");
        return out;
    }
    return std::nullopt;
}

base::Result<Found> Recording::outside(const std::string& key) const {
    const std::lock_guard lock(mutex_);
    for (const Json& line : lines_) {
        if (base::text_at(line, "kind") != "outside" || base::text_at(line, "key") != key) continue;
        if (const Json& error = base::object_at(line, "error"); !error.empty())
            return base::fail(base::ErrorKind::Unavailable, base::text_at(error, "message"));
        const Json& json = base::object_at(line, "found");
        Found found;
        found.evidence.title = base::text_at(json, "title");
        found.evidence.source = base::text_at(json, "source");
        found.evidence.query = base::text_at(json, "query");
        found.evidence.range = {base::integer_at(json, "start"), base::integer_at(json, "end")};
        found.evidence.content = json.value("content", Json::object());
        found.left_out = texts(base::array_at(json, "leftOut"));
        return found;
    }
    return base::fail(base::ErrorKind::NotFound, "the recording has no answer of this tool");
}

std::vector<Json> Recording::lines() const {
    const std::lock_guard lock(mutex_);
    return lines_;
}

}  // namespace insight::agent::reasoning
