#include "agent/reasoning/memory.h"

#include <fmt/format.h>

#include "agent/reasoning/bounded.h"
#include "core/base/text.h"

namespace insight::agent::reasoning {
namespace {

using base::Json;

// bounds of what a model may make us carry through every later prompt
constexpr std::size_t kHypotheses = 20;
constexpr std::size_t kNotes = 40;

// Absent, null, empty text and empty object ask for the same.
Json canonical(const Json& value) {
    if (value.is_object()) {
        Json out = Json::object();
        for (const auto& [key, item] : value.items()) {
            Json inner = canonical(item);
            const bool nothing = inner.is_null() || (inner.is_structured() && inner.empty()) ||
                                 (inner.is_string() && inner.get_ref<const std::string&>().empty());
            if (!nothing) out[key] = std::move(inner);
        }
        return out;
    }
    if (value.is_string()) return base::one_line(value.get_ref<const std::string&>());
    // models write 20 and 20.0
    if (value.is_number_float() && value.get<double>() == std::floor(value.get<double>()) &&
        std::abs(value.get<double>()) < 1e15)
        return static_cast<std::int64_t>(value.get<double>());
    return value;
}

std::string ids_as_text(const std::vector<std::string>& evidence) {
    return evidence.empty() ? std::string() : fmt::format(" [{}]", fmt::join(evidence, ", "));
}

}  // namespace

std::string Memory::key(const std::string& tool, const Json& arguments) {
    return tool + " " + base::dump_json(canonical(arguments));
}

Asked* Memory::asked(const std::string& key) {
    const auto found = by_key_.find(key);
    return found == by_key_.end() ? nullptr : &looks_[found->second];
}

void Memory::learn(const std::string& key, Asked asked) {
    by_key_.emplace(key, looks_.size());
    if (!asked.evidence.empty()) shown_.insert(asked.evidence);
    looks_.push_back(std::move(asked));
}

bool Memory::shown(const std::string& evidence) const {
    return shown_.contains(evidence);
}

void Memory::think(model::Hypothesis hypothesis) {
    hypothesis.statement = cell(hypothesis.statement, 400);
    if (hypothesis.statement.empty()) return;
    for (model::Hypothesis& known : hypotheses_)
        if (known.statement == hypothesis.statement) {
            known = std::move(hypothesis);
            return;
        }
    if (hypotheses_.size() < kHypotheses) hypotheses_.push_back(std::move(hypothesis));
}

void Memory::note(std::string_view learned, std::vector<std::string> evidence) {
    Note note{cell(learned, 400), std::move(evidence)};
    for (const Note& known : notes_)
        if (known.text == note.text) return;
    if (!note.text.empty() && notes_.size() < kNotes) notes_.push_back(std::move(note));
}

std::string Memory::notebook(std::size_t bytes) const {
    std::string head = "Hypotheses:\n";
    for (const model::Hypothesis& one : hypotheses_)
        head += fmt::format("- ({}) {}{}\n", one.state, one.statement, ids_as_text(one.evidence));
    if (hypotheses_.empty()) head += "- none noted\n";
    if (!notes_.empty()) head += "Learned:\n";
    for (const Note& note : notes_)
        head += fmt::format("- {}{}\n", note.text, ids_as_text(note.evidence));
    head = base::shorten(head, bytes / 2);
    std::string looks;
    std::size_t left_out = 0;
    for (auto look = looks_.rbegin(); look != looks_.rend(); ++look) {
        const std::string line = fmt::format(
            "- {} {} -> {}: {}\n", look->tool, base::shorten(base::dump_json(look->arguments), 200),
            look->evidence.empty() ? "nothing" : look->evidence, look->summary);
        // The latest looks stay: what a model asked long ago it rarely asks again, and if it does,
        // by_key_ still knows.
        // 80: the two headings that follow
        if (head.size() + looks.size() + line.size() + 80 > bytes) {
            left_out = static_cast<std::size_t>(looks_.rend() - look);
            break;
        }
        looks.insert(0, line);
    }
    head += "Already asked:\n";
    if (left_out > 0)
        head += fmt::format("- ({} earlier looks, remembered but not listed)\n", left_out);
    return head + looks;
}

void Memory::transcript_was_cut() {
    for (Asked& look : looks_) look.in_transcript = false;
}

}  // namespace insight::agent::reasoning
