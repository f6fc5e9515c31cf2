#include "evomap/redaction.h"

#include <fmt/format.h>
#include <re2/re2.h>

#include <algorithm>
#include <array>

#include "core/base/crypto.h"
#include "core/base/text.h"

namespace insight::evomap {
namespace {

base::RedactionRules rules(const std::vector<std::string>& words) {
    return {.private_addresses = true, .host_names = true, .paths = true, .words = words};
}

// What the border lets pass because it may be anything inside a company, and what must not be
// public: short bearer tokens, whatever stands where a host does, paths of Windows and paths with
// letters beyond ASCII.
std::string second_coat(std::string text) {
    static const RE2 kBearer(R"((?i)\b(bearer\s+)[\w.~+/=-]{8,})");
    static const RE2 kDrive(R"re(\b[A-Za-z]:\\[^\s"']+)re");
    static const RE2 kPath(R"re((^|[\s"'(=:,])/[^\s/"'),<>\[\]]+/[^\s"'),<>\[\]]+)re");
    static const RE2 kHost(R"((://|@)[A-Za-z0-9][\w.-]*)");
    static const RE2 kInside(
        R"((?i)\b[a-z0-9-]+(?:\.[a-z0-9-]+)*\.(?:internal|local|lan|corp|intra|svc)\b)");
    RE2::GlobalReplace(&text, kBearer, R"(\1[token])");
    RE2::GlobalReplace(&text, kHost, R"(\1[host])");
    RE2::GlobalReplace(&text, kInside, "[host]");
    RE2::GlobalReplace(&text, kDrive, "[path]");
    RE2::GlobalReplace(&text, kPath, R"(\1[path])");
    return text;
}

// Words that name nobody: figures with their units, times, versions, and what well-known programs
// call their metrics.
bool known_word(std::string_view word) {
    constexpr std::array<std::string_view, 14> kPrograms{
        "pg_", "redis_", "neo4j_", "kube_",          "container_",  "node_",     "process_",
        "go_", "jvm_",   "http_",  "elasticsearch_", "prometheus_", "hikaricp_", "kubelet_"};
    constexpr std::array<std::string_view, 8> kUnits{"/s",    "/min", "/h",   "/d",
                                                     "rows/", "MiB/", "KiB/", "GiB/"};
    const auto starts = [&](std::string_view known) { return word.starts_with(known); };
    const auto ends = [&](std::string_view known) { return word.ends_with(known); };
    if (std::any_of(kPrograms.begin(), kPrograms.end(), starts)) return true;
    if (std::any_of(kUnits.begin(), kUnits.begin() + 4, ends) && word.size() < 24) return true;
    if (std::any_of(kUnits.begin() + 4, kUnits.end(), starts)) return true;
    // No letters, or one unit behind the figures: 4.585ms, 02:07, 16.3
    const std::size_t figures = word.find_first_not_of("0123456789.,/-");
    // units of at most three letters
    return figures == std::string_view::npos || (figures > 0 && word.size() - figures <= 3);
}

}  // namespace

// The key lives as long as this object: tokens are replaced before anybody sees them.
Redaction::Redaction(Names names, const std::vector<std::string>& words)
    : names_(std::move(names)), border_(rules(words), base::Secret(base::random_hex(32))) {}

std::string Redaction::numbered(std::string_view text) {
    // Even a token tells that two publications have one secret in common; a number counts anew in
    // each.
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
        out += label({kind.data(), kind.size()}, token);
    }
    return out.append(rest.data(), rest.size());
}

std::string Redaction::label(std::string_view kind, std::string_view value) {
    std::string& label = labels_[std::string(value)];
    if (label.empty()) label = fmt::format("[{} {}]", kind, ++used_[std::string(kind)]);
    return label;
}

// What stands between quotation marks was said by somebody's system; the rest we said ourselves.
std::string Redaction::hide_prose(std::string_view text) {
    static const RE2 kQuoted("`([^`]*)`|\"([^\"]*)\"|“([^”]*)”");
    static const RE2 kWord(R"(([A-Za-z0-9][A-Za-z0-9_.$/-]*[_.$/][A-Za-z0-9_.$/-]*[A-Za-z0-9]))");
    const std::string hidden = hide(text);
    const auto replaced = [this](const std::string& from, const RE2& shape, const auto& keep,
                                 std::string_view kind) {
        std::string out;
        re2::StringPiece match;
        std::size_t at = 0;
        while (at < from.size() && shape.Match(from, at, from.size(), RE2::UNANCHORED, &match, 1)) {
            const auto start = static_cast<std::size_t>(match.data() - from.data());
            out.append(from, at, start - at);
            const std::string_view found(match.data(), match.size());
            out += keep(found) ? std::string(found) : label(kind, found);
            at = start + match.size();
        }
        return at < from.size() ? out.append(from, at) : out;
    };
    const auto none = [](std::string_view) { return false; };
    return replaced(replaced(hidden, kQuoted, none, "quoted"), kWord, known_word, "name");
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
    gene.title = hide_prose(gene.title);
    gene.body = hide_prose(gene.body);
    gene.strategy = hide_prose(gene.strategy);
    for (std::string& signal : gene.signals) signal = hide(signal);
    gene.metadata.model_name = hide(gene.metadata.model_name);
    return gene;
}

SeedCapsule Redaction::hide(SeedCapsule capsule) {
    capsule.title = hide_prose(capsule.title);
    capsule.body = hide_prose(capsule.body);
    for (std::string& signal : capsule.signals) signal = hide(signal);
    for (SeedFile& file : capsule.solution.files)
        file = {hide(file.path), hide(file.content), hide(file.diff)};
    capsule.solution.description = hide_prose(capsule.solution.description);
    capsule.context.root_cause = hide_prose(capsule.context.root_cause);
    for (std::string& service : capsule.context.affected_services) service = hide(service);
    capsule.context.monitoring_data = hide_json(capsule.context.monitoring_data);
    capsule.metadata.model_name = hide(capsule.metadata.model_name);
    return capsule;
}

std::vector<TraceStep> Redaction::hide(std::vector<TraceStep> trace) {
    for (TraceStep& step : trace)
        step = {step.stage, hide_prose(step.action), hide_prose(step.result)};
    return trace;
}

}  // namespace insight::evomap
