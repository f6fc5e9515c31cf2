#include "tests/scenarios/reasoning/scripted_model.h"

#include <fmt/format.h>

#include "core/llm/estimate.h"

namespace insight::agent::reasoning::test {
namespace {

using base::Json;

base::ErrorKind failure(const std::string& name) {
    if (name == "timeout") return base::ErrorKind::Timeout;
    if (name == "denied") return base::ErrorKind::Denied;
    if (name == "invalid") return base::ErrorKind::Invalid;
    return name == "corrupt" ? base::ErrorKind::Corrupt : base::ErrorKind::Unavailable;
}

// The id in the fence whose content has the text.
std::string id_with(const std::string& prompt, const std::string& text) {
    std::size_t at = 0;
    while ((at = prompt.find("<evidence id=\"", at)) != std::string::npos) {
        const std::size_t end = prompt.find("</evidence>", at);
        const std::string fence = prompt.substr(at, end - at);
        if (fence.find(text) != std::string::npos)
            return fence.substr(14, fence.find('"', 14) - 14);
        at = end;
    }
    return "E999";
}

Json filled(const Json& value, const std::vector<std::string>& ids, const std::string& prompt) {
    if (value.is_structured()) {
        Json out = value;
        for (Json& item : out) item = filled(item, ids, prompt);
        return out;
    }
    if (!value.is_string()) return value;
    const std::string text = value.get<std::string>();
    if (text.size() > 2 && text.front() == '{' && text.back() == '}') {
        const std::string inner = text.substr(1, text.size() - 2);
        if (inner.starts_with("id: ")) return id_with(prompt, inner.substr(4));
        if (inner.find_first_not_of("0123456789") == std::string::npos) {
            const auto index = static_cast<std::size_t>(std::stoul(inner));
            return index >= 1 && index <= ids.size() ? ids[index - 1] : "E999";
        }
    }
    return value;
}

}  // namespace

std::string text_of(const llm::Prompt& prompt) {
    std::string out = prompt.system + "\n";
    for (const llm::Turn& turn : prompt.turns) {
        out += turn.text + "\n";
        for (const llm::ToolResult& result : turn.results) out += result.content + "\n";
        for (const llm::ToolCall& call : turn.calls) out += base::dump_json(call.input) + "\n";
    }
    for (const llm::Tool& tool : prompt.tools)
        out += tool.name + tool.description + base::dump_json(tool.input_schema) + "\n";
    return out;
}

ScriptedModel::ScriptedModel(std::string name, Json steps, std::int64_t context)
    : name_(std::move(name)), steps_(std::move(steps)), context_(context) {}

base::Result<llm::Answer> ScriptedModel::ask(const llm::Prompt& prompt,
                                             const llm::Progress& /*progress*/) {
    // What the last calls brought, in their order.
    for (const llm::ToolResult& result : prompt.turns.back().results) {
        const auto at = result.content.find("<evidence id=\"");
        const auto number = static_cast<std::size_t>(std::stoul(result.call_id.substr(1)));
        if (ids_.size() < number) ids_.resize(number, "E999");
        if (at != std::string::npos)
            ids_[number - 1] =
                result.content.substr(at + 14, result.content.find('"', at + 14) - at - 14);
    }
    prompts_.push_back(prompt);
    const Json& step = steps_.at(std::min(step_, steps_.size() - 1));
    if (++made_ >= step.value("times", 1)) {
        ++step_;
        made_ = 0;
    }
    if (step.contains("fail"))
        return base::fail(failure(step["fail"].get<std::string>()), "the script says so");
    const std::string seen = text_of(prompt);
    llm::Answer answer;
    answer.model = name_;
    answer.turn.speaker = llm::Speaker::Assistant;
    answer.turn.text = base::text_at(step, "text");
    if (step.contains("answer"))
        answer.turn.text = base::dump_json(filled(step["answer"], ids_, seen));
    if (const std::string stop = base::text_at(step, "stop"); !stop.empty())
        answer.stop = stop == "length" ? llm::Stop::Length : llm::Stop::Refusal;
    if (step.contains("long")) answer.turn.text = std::string(step["long"].get<std::size_t>(), 'x');
    for (const Json& call : base::array_at(step, "calls")) {
        Json input = filled(call.value("input", Json::object()), ids_, seen);
        // A search that never repeats itself.
        if (step.contains("counting"))
            input[step["counting"].get<std::string>()] =
                step["counting"] == "limit" ? Json(calls_ + 1)
                                            : Json(fmt::format("nothing{}", calls_));
        answer.turn.calls.push_back(
            {fmt::format("c{}", ++calls_), call["tool"].get<std::string>(), std::move(input), ""});
    }
    if (step.contains("malformed"))
        answer.turn.calls.push_back({fmt::format("c{}", ++calls_), "query_logs", Json(),
                                     step["malformed"].get<std::string>()});
    if (!answer.turn.calls.empty()) answer.stop = llm::Stop::Tools;
    answer.usage.input = llm::estimate_tokens(prompt);
    answer.usage.output = llm::estimate_tokens(answer.turn);
    return answer;
}

}  // namespace insight::agent::reasoning::test
