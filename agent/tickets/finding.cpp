#include "agent/tickets/finding.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <set>

#include "core/base/crypto.h"

namespace insight::tickets {
namespace {

using base::Json;

constexpr std::size_t kMostCauses = 3;
constexpr std::size_t kMostServices = 30;
// Beside the first one a cause counts when it is at least half as probable.
constexpr double kAlsoProbable = 0.5;

std::string entity_text(const FoundCause& cause) {
    return fmt::format("{} {}", cause.kind, cause.name);
}

std::string causes_text(const std::vector<FoundCause>& causes) {
    std::vector<std::string> words;
    for (const FoundCause& cause : causes)
        words.push_back(fmt::format("{} ({})", entity_text(cause), cause.cause_class));
    return fmt::format("{}", fmt::join(words, ", "));
}

// Without probabilities and confidence: they move from run to run, and nobody is told of that.
Json causes_json(const std::vector<FoundCause>& causes) {
    Json out = Json::array();
    for (const FoundCause& cause : causes)
        out.push_back({{"kind", cause.kind},
                       {"name", cause.name},
                       {"level", cause.level},
                       {"class", cause.cause_class}});
    return out;
}

// Several causes may change places from run to run: their order is not part of what is said.
std::string digest_of(const Finding& finding) {
    std::vector<std::string> causes;
    for (const FoundCause& cause : finding.causes)
        causes.push_back(base::dump_json({cause.kind, cause.name, cause.level, cause.cause_class}));
    std::sort(causes.begin(), causes.end());
    return base::sha256_hex(base::dump_json({{"verdict", finding.verdict},
                                             {"severity", finding.severity},
                                             {"causes", causes},
                                             {"services", finding.services}}));
}

std::string evidence_digest(const Json& report, std::size_t causes) {
    std::set<std::string> digests;
    const Json& evidence = base::object_at(report, "evidence");
    const Json& all = base::array_at(report, "causes");
    for (std::size_t i = 0; i < std::min(causes, all.size()); ++i)
        for (const Json& id : base::array_at(all[i], "evidence"))
            if (id.is_string())
                digests.insert(base::text_at(
                    base::object_at(evidence, id.get_ref<const std::string&>()), "digest"));
    return base::sha256_hex(base::dump_json(Json(digests)));
}

}  // namespace

Finding finding_of(const Json& report) {
    Finding finding;
    finding.verdict = base::text_at(report, "verdict");
    finding.summary = base::text_at(report, "summary");
    finding.confidence = base::number_at(report, "confidence");
    const Json& impact = base::object_at(report, "impact");
    finding.severity = base::text_at(impact, "severity", "none");
    double first = 0;
    if (finding.verdict == "cause" || finding.verdict == "several")
        for (const Json& cause : base::array_at(report, "causes")) {
            const double probability = base::number_at(cause, "probability");
            if (finding.causes.empty()) first = probability;
            const bool also = finding.verdict == "several" && probability >= first * kAlsoProbable;
            if (!finding.causes.empty() && !also) break;
            const Json& entity = base::object_at(cause, "entity");
            finding.causes.push_back({base::text_at(entity, "kind"), base::text_at(entity, "name"),
                                      base::text_at(cause, "level"),
                                      base::text_at(cause, "class")});
            if (finding.causes.size() == kMostCauses) break;
        }
    std::set<std::string> services;
    for (const Json& one : base::array_at(impact, "services"))
        if (services.size() < kMostServices)
            services.insert(base::text_at(base::object_at(one, "entity"), "name"));
    finding.services.assign(services.begin(), services.end());
    finding.evidence = evidence_digest(report, finding.causes.size());
    finding.digest = digest_of(finding);
    return finding;
}

std::vector<std::string> differences(const Finding& before, const Finding& after) {
    std::vector<std::string> out;
    if (before.digest == after.digest) return out;
    if (before.verdict != after.verdict)
        out.push_back(fmt::format("The verdict is {}, it was {}.", after.verdict, before.verdict));
    if (before.causes != after.causes) {
        const std::string now = causes_text(after.causes);
        const std::string then = causes_text(before.causes);
        out.push_back(fmt::format("The cause is {}, it was {}.", now.empty() ? "unknown" : now,
                                  then.empty() ? "unknown" : then));
    }
    if (before.severity != after.severity)
        out.push_back(
            fmt::format("The severity is {}, it was {}.", after.severity, before.severity));
    std::vector<std::string> added;
    std::vector<std::string> gone;
    std::set_difference(after.services.begin(), after.services.end(), before.services.begin(),
                        before.services.end(), std::back_inserter(added));
    std::set_difference(before.services.begin(), before.services.end(), after.services.begin(),
                        after.services.end(), std::back_inserter(gone));
    if (!added.empty()) out.push_back(fmt::format("Also affected: {}.", fmt::join(added, ", ")));
    if (!gone.empty()) out.push_back(fmt::format("No longer affected: {}.", fmt::join(gone, ", ")));
    return out;
}

std::string identity_of(const Json& incident, const Finding& finding) {
    std::string what = base::text_at(incident, "groupKey");
    if (what.empty()) what = base::text_at(incident, "question");
    if (what.empty()) what = base::text_at(incident, "id");
    // The first cause alone: further ones come and go between two incidents of the same kind.
    const Json causes = finding.causes.empty() ? Json::array() : causes_json(finding.causes)[0];
    return base::sha256_hex(base::dump_json(
        {{"what", what}, {"scope", base::object_at(incident, "scope")}, {"cause", causes}}));
}

std::string cause_text(const Finding& finding) {
    return causes_text(finding.causes);
}

Json to_json(const Finding& finding) {
    return {{"verdict", finding.verdict},
            {"severity", finding.severity},
            {"summary", finding.summary},
            {"confidence", finding.confidence},
            {"causes", causes_json(finding.causes)},
            {"services", finding.services},
            {"evidence", finding.evidence},
            {"digest", finding.digest}};
}

Finding finding_from_json(const Json& stored) {
    Finding finding;
    finding.verdict = base::text_at(stored, "verdict");
    finding.severity = base::text_at(stored, "severity");
    finding.summary = base::text_at(stored, "summary");
    finding.confidence = base::number_at(stored, "confidence");
    for (const Json& one : base::array_at(stored, "causes"))
        finding.causes.push_back({base::text_at(one, "kind"), base::text_at(one, "name"),
                                  base::text_at(one, "level"), base::text_at(one, "class")});
    for (const Json& one : base::array_at(stored, "services"))
        if (one.is_string()) finding.services.push_back(one.get<std::string>());
    finding.evidence = base::text_at(stored, "evidence");
    finding.digest = base::text_at(stored, "digest");
    return finding;
}

}  // namespace insight::tickets
