#include "agent/known_secrets/numbered.h"

#include <fmt/format.h>

#include "core/base/crypto.h"
#include "core/base/redaction/token_places.h"

namespace insight::agent {
namespace {

using base::Json;

base::RedactionRules credentials_alone() {
    base::RedactionRules rules;
    rules.people = false;
    return rules;
}

// The border's own tokens never get out, but keys of objects are sorted by them: the same report
// must give the same key. Nobody who plants a text knows it before the report is written.
base::Secret key_of(const Json& report) {
    return base::Secret(base::sha256_hex(base::dump_json(report)));
}

// The digest is of the content: what is numbered anew must still prove itself.
void renew_digests(const Json& before, Json& report) {
    const auto all = report.find("evidence");
    if (all == report.end() || !all->is_object()) return;
    for (auto& [id, evidence] : all->items()) {
        if (!evidence.is_object() || !evidence.contains("digest") || !evidence.contains("content"))
            continue;
        const Json& was = base::object_at(base::object_at(before, "evidence"), id.c_str());
        if (was.value("content", Json()) != evidence["content"])
            evidence["digest"] = base::sha256_hex(base::dump_json(evidence["content"]));
    }
}

}  // namespace

Numbered::Numbered(const Json& report) : border_(credentials_alone(), key_of(report)) {
    (void)border_.hide(report);  // learns: what is named at the end may stand bare at the beginning
    shown_ = border_.hidden() == 0 ? report : numbered(border_.hide(report));
    if (border_.hidden() > 0) renew_digests(report, shown_);
}

std::string Numbered::text(std::string_view text) {
    return mark(border_.hide(text));
}

std::string Numbered::mark(std::string_view text) {
    std::string out;
    std::size_t at = 0;
    for (const base::redaction::Finding& token : base::redaction::tokens_in(text)) {
        const std::string_view whole = text.substr(token.begin, token.end - token.begin);
        if (border_.restore(whole) == whole) continue;  // of the installation that collected it
        const std::string digits(base::redaction::digits_at(text, token.begin));
        const auto number = numbers_.try_emplace(digits, numbers_.size() + 1).first->second;
        out += text.substr(at, token.begin - at);
        out += fmt::format("{}{}>", whole.substr(0, whole.find(':') + 1), number);
        at = token.end;
    }
    return out + std::string(text.substr(at));
}

Json Numbered::numbered(const Json& json) {
    if (json.is_string()) return mark(json.get_ref<const std::string&>());
    if (!json.is_structured()) return json;
    Json out = json.is_array() ? Json::array() : Json::object();
    for (const auto& [key, value] : json.items())
        if (json.is_array())
            out.push_back(numbered(value));
        else
            out[mark(key)] = numbered(value);
    return out;
}

}  // namespace insight::agent
