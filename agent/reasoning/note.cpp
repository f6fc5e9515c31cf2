#include "agent/reasoning/note.h"

#include <fmt/format.h>

#include "agent/reasoning/arguments.h"
#include "agent/reasoning/bounded.h"

namespace insight::agent::reasoning {
namespace {

using base::Json;

constexpr std::size_t kEvidenceSummary = 320;

Json note_schema() {
    const Json ids{{"type", "array"}, {"items", {{"type", "string"}}}, {"maxItems", 20}};
    return object_schema(
        {{"hypotheses",
          {{"type", "array"},
           {"maxItems", 20},
           {"items", object_schema({{"statement", text_property("What may be the cause.")},
                                    {"state", choice_property("How it stands.",
                                                              {"open", "supported", "refuted"})},
                                    {"evidence", ids}},
                                   {"statement", "state"})}}},
         {"learned",
          {{"type", "array"},
           {"maxItems", 20},
           {"items",
            object_schema({{"statement", text_property("What was learned.")}, {"evidence", ids}},
                          {"statement"})}}}});
}

std::vector<std::string> known_ids(const Json& item, const Shelf& shelf) {
    std::vector<std::string> out;
    for (const Json& id : base::array_at(item, "evidence"))
        if (id.is_string() && shelf.find(id.get<std::string>()) != nullptr)
            out.push_back(id.get<std::string>());
    return out;
}

}  // namespace

llm::Tool note_tool() {
    return {"note", "Keep hypotheses and what was learned; they outlive this conversation.",
            note_schema()};
}

void take_note(const Json& input, const Shelf& shelf, Memory& memory) {
    for (const Json& item : base::array_at(input, "hypotheses"))
        memory.think({base::text_at(item, "statement"), base::text_at(item, "state", "open"),
                      known_ids(item, shelf)});
    for (const Json& item : base::array_at(input, "learned"))
        memory.note(base::text_at(item, "statement"), known_ids(item, shelf));
}

std::string summary_of(const model::Evidence& evidence) {
    const Json& facts = base::object_at(evidence.content, "facts");
    std::string out = evidence.title;
    if (facts.contains("matched"))
        out += fmt::format(", {} of {} matched", base::dump_json(facts["matched"]),
                           base::dump_json(facts.value("scanned", Json("?"))));
    for (const char* key : {"templates", "groups"})
        if (const Json& list = base::array_at(facts, key); !list.empty())
            out += ", first " + base::dump_json(list.front());
    const Json& rows = base::array_at(evidence.content, "rows");
    if (!rows.empty()) out += ", first " + base::dump_json(rows.front());
    for (const char* key : {"baseline", "window"})
        if (evidence.content.contains(key))
            out += fmt::format(", {} {}", key, base::dump_json(evidence.content[key]));
    return cell(out, kEvidenceSummary);
}

}  // namespace insight::agent::reasoning
