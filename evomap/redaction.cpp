#include "evomap/redaction.h"

#include <fmt/format.h>
#include <re2/re2.h>

#include "core/base/crypto.h"
#include "core/base/text.h"

namespace insight::evomap {
namespace {

base::RedactionRules rules(const std::vector<std::string>& words) {
    return {.private_addresses = true, .host_names = true, .paths = true, .words = words};
}

// What the border lets pass because it may be anything inside a company, and what must not be
// public: short bearer tokens, paths of Windows and paths with letters beyond ASCII.
std::string second_coat(std::string text) {
    static const RE2 kBearer(R"((?i)\b(bearer\s+)[\w.~+/=-]{8,})");
    static const RE2 kDrive(R"re(\b[A-Za-z]:\\[^\s"']+)re");
    static const RE2 kPath(R"re((^|[\s"'(=:,])/[^\s/"'),<>\[\]]+/[^\s"'),<>\[\]]+)re");
    RE2::GlobalReplace(&text, kBearer, R"(\1[token])");
    RE2::GlobalReplace(&text, kDrive, "[path]");
    RE2::GlobalReplace(&text, kPath, R"(\1[path])");
    return text;
}

}  // namespace

// The key lives as long as this object: tokens are replaced before anybody sees them.
Redaction::Redaction(Names names, const std::vector<std::string>& words)
    : names_(std::move(names)), border_(rules(words), base::Secret(base::random_hex(32))) {}

std::string Redaction::numbered(std::string_view text) {
    static const RE2 kToken("<([a-z][a-z_ -]*):[0-9a-f]{4,64}>");
    std::string out;
    re2::StringPiece rest(text.data(), text.size());
    re2::StringPiece kind;
    while (true) {
        re2::StringPiece before = rest;
        if (!RE2::FindAndConsume(&rest, kToken, &kind)) break;
        const char* token_start = kind.data() - 1;
        out.append(before.data(), static_cast<std::size_t>(token_start - before.data()));
        const std::string token(token_start, static_cast<std::size_t>(rest.data() - token_start));
        std::string& label = labels_[token];
        if (label.empty()) {
            const std::string name(kind.data(), kind.size());
            label = fmt::format("[{} {}]", name, ++used_[name]);
        }
        out += label;
    }
    return out.append(rest.data(), rest.size());
}

// Secrets first: a name inside a password must not break it into pieces that nobody recognises.
std::string Redaction::hide(std::string_view text) {
    return names_.hide(second_coat(numbered(border_.hide(base::clean_utf8(text)))));
}

// The border sees the whole: it knows keys whose values are secrets whatever they look like.
Json Redaction::hide_json(const Json& value) {
    return without_names(border_.hide(value));
}

Json Redaction::without_names(const Json& value) {
    if (value.is_string())
        return names_.hide(second_coat(numbered(value.get_ref<const std::string&>())));
    Json out = value;
    if (value.is_array())
        for (Json& one : out) one = without_names(one);
    if (value.is_object()) {
        out = Json::object();
        for (const auto& [key, of] : value.items())
            out[names_.hide(numbered(key))] = without_names(of);
    }
    return out;
}

SeedGene Redaction::hide(SeedGene gene) {
    gene.title = hide(gene.title);
    gene.body = hide(gene.body);
    gene.strategy = hide(gene.strategy);
    for (std::string& signal : gene.signals) signal = hide(signal);
    gene.metadata.model_name = hide(gene.metadata.model_name);
    return gene;
}

SeedCapsule Redaction::hide(SeedCapsule capsule) {
    capsule.title = hide(capsule.title);
    capsule.body = hide(capsule.body);
    for (std::string& signal : capsule.signals) signal = hide(signal);
    for (SeedFile& file : capsule.solution.files)
        file = {hide(file.path), hide(file.content), hide(file.diff)};
    capsule.solution.description = hide(capsule.solution.description);
    capsule.context.root_cause = hide(capsule.context.root_cause);
    for (std::string& service : capsule.context.affected_services) service = hide(service);
    capsule.context.monitoring_data = hide_json(capsule.context.monitoring_data);
    capsule.metadata.model_name = hide(capsule.metadata.model_name);
    return capsule;
}

std::vector<TraceStep> Redaction::hide(std::vector<TraceStep> trace) {
    for (TraceStep& step : trace) step = {step.stage, hide(step.action), hide(step.result)};
    return trace;
}

}  // namespace insight::evomap
