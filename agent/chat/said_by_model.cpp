#include "agent/chat/said_by_model.h"

#include <fmt/format.h>

#include "agent/chat/found_evidence.h"
#include "agent/reasoning/proof.h"
#include "agent/reasoning/shown.h"
#include "agent/report/markdown_text.h"
#include "core/base/text.h"

namespace insight::agent::chat {
namespace {

using base::ErrorKind;
using base::Json;
using report::md_escape;

constexpr std::size_t kMostStatements = 20;
constexpr std::size_t kMostIds = 8;
constexpr std::size_t kLongestStatement = 600;

// How an answer cites it: what a look brought has a number of this one conversation until then.
std::string cited_id(const model::Evidence& evidence, const std::set<std::string>& reported) {
    return reported.contains(evidence.id) ? evidence.id : lasting_id(evidence);
}

std::string ids_text(const std::vector<const model::Evidence*>& cited,
                     const std::set<std::string>& reported) {
    std::string out;
    for (const model::Evidence* evidence : cited)
        out += (out.empty() ? "" : ", ") + cited_id(*evidence, reported);
    return out;
}

}  // namespace

const Json& claims_schema() {
    static const Json kSchema = Json::parse(R"({
        "type": "object",
        "additionalProperties": false,
        "required": ["statements", "missing"],
        "properties": {
            "statements": {
                "type": "array",
                "items": {
                    "type": "object",
                    "additionalProperties": false,
                    "required": ["text", "evidence"],
                    "properties": {
                        "text": {"type": "string", "description": "one fact, as the evidence says it"},
                        "evidence": {"type": "array", "items": {"type": "string"}, "description": "ids like E7"}
                    }
                }
            },
            "missing": {"type": "array", "items": {"type": "string"}}
        }
    })");
    return kSchema;
}

base::Result<Claims> claims_from(const std::string& text) {
    const std::size_t begin = text.find('{');
    const std::size_t end = text.rfind('}');
    if (begin == std::string::npos || end == std::string::npos || end < begin)
        return base::fail(ErrorKind::Invalid, "the answer has no JSON object");
    const auto json = base::parse_json(std::string_view(text).substr(begin, end - begin + 1),
                                       "the answer", {.bytes = 256U << 10, .depth = 16});
    if (!json) return base::fail(json.error());
    if (!json->contains("statements") || !json->at("statements").is_array())
        return base::fail(ErrorKind::Invalid, "`statements` must be a list of {text, evidence}");
    Claims out;
    for (const Json& one : json->at("statements")) {
        if (out.statements.size() == kMostStatements) break;
        Claim claim{base::shorten(base::one_line(base::clean_utf8(base::text_at(one, "text"))),
                                  kLongestStatement),
                    {}};
        for (const Json& id : base::array_at(one, "evidence"))
            if (id.is_string() && claim.evidence.size() < kMostIds)
                claim.evidence.push_back(id.get<std::string>());
        if (!claim.text.empty()) out.statements.push_back(std::move(claim));
    }
    for (const Json& one : base::array_at(*json, "missing"))
        if (one.is_string() && out.missing.size() < kMostStatements)
            out.missing.push_back(base::shorten(
                base::one_line(base::clean_utf8(one.get<std::string>())), kLongestStatement));
    return out;
}

std::optional<Answer> checked(const Claims& claims, const reasoning::Shelf& shelf,
                              const std::set<std::string>& names,
                              const std::set<std::string>& reported) {
    std::string proven;
    std::string unproven;
    std::size_t removed = 0;
    Answer out;
    std::set<std::string> cited_ids;
    for (const Claim& claim : claims.statements) {
        std::vector<const model::Evidence*> cited;
        for (const std::string& id : claim.evidence)
            if (const model::Evidence* evidence = shelf.find(id)) cited.push_back(evidence);
        const std::string text = reasoning::shown_statement(claim.text);
        const reasoning::Finding finding = reasoning::prove(text, cited, names);
        // Stricter than a report, which shows a contradicted statement against its cause: an answer
        // has nothing to set it against.
        const bool shown = !cited.empty() && finding.proof != model::Proof::Contradicted &&
                           (finding.proof == model::Proof::Proven || finding.anything);
        if (!shown) {
            ++removed;
            continue;
        }
        const std::string statement = md_escape(text);
        if (finding.proof == model::Proof::Proven) {
            proven += fmt::format("{} ({})\n\n", statement, ids_text(cited, reported));
        } else {
            std::string lacks;
            for (const std::string& part : finding.missing)
                if (lacks.size() < 200) lacks += (lacks.empty() ? "" : ", ") + part;
            unproven +=
                fmt::format("- {} ({}){}\n", statement, ids_text(cited, reported),
                            lacks.empty() ? "" : "; not in the evidence: " + md_escape(lacks));
        }
        for (const model::Evidence* evidence : cited)
            if (const std::string id = cited_id(*evidence, reported); cited_ids.insert(id).second)
                out.citations.push_back(
                    {id, base::shorten(evidence->title, 200), evidence->source});
    }
    // Unproven words alone are no answer; the engine's own is better.
    if (proven.empty()) return std::nullopt;
    out.text = proven;
    if (!unproven.empty())
        out.text += "Said by the model and not proven by what it cites:\n\n" + unproven;
    if (!claims.missing.empty()) {
        out.text += "\nWhat would have to be known:\n\n";
        for (const std::string& one : claims.missing) out.text += "- " + md_escape(one) + "\n";
    }
    if (removed > 0)
        out.notes.push_back(
            fmt::format("{} statement{} of the model did not stand the check and {} left out.",
                        removed, removed == 1 ? "" : "s", removed == 1 ? "was" : "were"));
    return out;
}

}  // namespace insight::agent::chat
